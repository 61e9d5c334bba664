/** The report's look: calm, dense, prints on A4 with running footers; nothing is loaded from elsewhere. */
export function reportStyle(footer: { readonly left: string; readonly page: string; readonly of: string }): string {
  const content = (words: string) => `"${words.replace(/["\\\n]/g, ' ')}"`;
  const font = '"Noto Sans SC","Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC","WenQuanYi Zen Hei",sans-serif';
  return `
@page{size:A4;margin:16mm 15mm 18mm;@bottom-left{content:${content(footer.left)};font:8pt ${font};color:#556}@bottom-right{content:${content(footer.page)} counter(page) ${content(footer.of)} counter(pages);font:8pt ${font};color:#556}}
*{box-sizing:border-box}
html{color-scheme:light}
body{font:10pt/1.6 "Segoe UI","Helvetica Neue",Arial,${font};color:#1b2330;background:#fff;margin:0 auto;max-width:190mm;padding:8mm}
h1{font-size:25pt;line-height:1.25;margin:0 0 2mm}h2,h3{break-after:avoid}
h2{font-size:13.5pt;margin:9mm 0 3mm;padding-bottom:1.5mm;border-bottom:1.2pt solid #0958d9}h3{font-size:10.5pt;margin:5mm 0 2mm}
p{margin:0 0 2mm}
.cover{min-height:235mm;display:flex;flex-direction:column;break-after:page}
.kicker{color:#0958d9;font-weight:700;letter-spacing:3px;font-size:9.5pt;margin-bottom:30mm;display:flex;justify-content:space-between}
.practice{letter-spacing:0;color:#8f4100;border:1pt solid #8f4100;border-radius:2mm;padding:.5mm 3mm}
.sub{color:#445;font-size:12pt}
.meta{margin:12mm 0 0;display:grid;grid-template-columns:34mm 1fr;row-gap:1.8mm}.meta dt{color:#556}.meta dd{margin:0;font-weight:500;overflow-wrap:anywhere}
.verdict{margin-top:10mm;border:1.2pt solid;border-radius:3mm;padding:6mm 8mm;display:flex;gap:8mm;align-items:center}.verdict b{font-size:19pt;white-space:nowrap}.verdict p{margin:0;color:#1b2330}
.verdict.passed{color:#1f6b08;background:#f4faf1}.verdict.conditional{color:#8f4100;background:#fff8ee}.verdict.failed{color:#b32424;background:#fff3f2}
.sign{margin-top:auto;padding-top:10mm}.sign td{height:18mm;color:#556;font-size:8.5pt}
table{border-collapse:collapse;width:100%;font-size:8.6pt;margin:0 0 3mm}th{background:#eef1f5;font-weight:600;text-align:left}td,th{border:.5pt solid #cfd5de;padding:1.3mm 2mm;vertical-align:top;overflow-wrap:anywhere}
thead{display:table-header-group}tr{break-inside:avoid}.fixed{table-layout:fixed}
.passed-word{color:#1f6b08;font-weight:700}.failed-word,.error-word{color:#b32424;font-weight:700}.warning-word,.waived-word{color:#8f4100;font-weight:700}.quiet-word{color:#556}
.state{white-space:nowrap}
.mono{font-family:"Cascadia Mono",Consolas,"DejaVu Sans Mono",Menlo,monospace;font-size:7.4pt;color:#334;overflow-wrap:anywhere}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.tiles{display:grid;grid-template-columns:repeat(5,1fr);gap:3mm;margin-bottom:4mm}.tiles div{border:.6pt solid #cfd5de;border-radius:2mm;padding:2.5mm 3.5mm}.tiles b{display:block;font-size:15pt;line-height:1.25;font-variant-numeric:tabular-nums}.tiles span{color:#556;font-size:8.3pt}
.note{color:#445;font-size:8.8pt}
figure{margin:2mm 0 4mm;break-inside:avoid}figcaption{font-size:8.8pt;color:#445;margin-bottom:1mm}
.chart{width:100%;height:auto}.chart .axis{stroke:#8892a0;stroke-width:1}.chart .bar{fill:#0958d9}.chart .mark{stroke:#8f4100;stroke-width:1;stroke-dasharray:3 2}.chart text{font-size:9px;fill:#334}.chart .tick{text-anchor:middle}.chart .end{text-anchor:end}
.lead{display:grid;grid-template-columns:repeat(3,1fr);gap:3mm}.lead td{height:26mm}
@media print{body{padding:0;max-width:none}.cover{min-height:245mm}}
`;
}
