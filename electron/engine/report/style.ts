import { cssString } from './markup.ts';
import type { PageMargin } from './page.ts';

const font =
  '"Segoe UI","Helvetica Neue",Arial,"Noto Sans SC","Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei","WenQuanYi Zen Hei",sans-serif';
const mono =
  '"Cascadia Mono",Consolas,"DejaVu Sans Mono",Menlo,"Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei",monospace';

/** The report's look: calm, dense, prints on A4 with running margins; nothing is loaded from elsewhere. */
export function reportStyle(margin: PageMargin): string {
  const small = `font:8pt ${font};color:#445`;
  // Counters cannot stand within a string: the words around them are strings of their own.
  const page = margin.page
    .split(/(\{pages?\})/)
    .map((part) => (part === '{page}' ? 'counter(page)' : part === '{pages}' ? 'counter(pages)' : cssString(part)))
    .join(' ');
  const mark =
    margin.mark === '' ? '' : `@top-right{content:${cssString(margin.mark)};font:700 9pt ${font};color:#8f4100}`;
  return `
@page{size:A4;margin:16mm 15mm 18mm;@bottom-left{content:${cssString(margin.left)};${small}}@bottom-right{content:${page};${small}}${mark}}
*{box-sizing:border-box}
html{color-scheme:light}
body{font:10pt/1.6 ${font};color:#1b2330;background:#fff;margin:0;overflow-wrap:anywhere;text-size-adjust:none;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:196mm;margin:0 auto;padding:8mm}
a{color:#0958d9;text-decoration:underline;text-underline-offset:.15em}
p{margin:0 0 2mm;orphans:3;widows:3}
h1{font-size:25pt;line-height:1.25;margin:0 0 2mm}
h2,h3,h4{break-after:avoid;break-inside:avoid;line-height:1.35}
h2{font-size:13.5pt;margin:9mm 0 3mm;padding-bottom:1.5mm;border-bottom:1.2pt solid #0958d9}
h3{font-size:11pt;margin:5.5mm 0 2mm}h4{font-size:9.6pt;margin:4.5mm 0 1.6mm}
.cover{min-height:235mm;display:flex;flex-direction:column}
.kicker{color:#0958d9;font-weight:700;letter-spacing:3px;font-size:9.5pt;margin-bottom:30mm}
.banner{position:sticky;top:0;z-index:1;margin:0;padding:2mm 8mm;background:#fff8ee;border-bottom:1pt solid #8f4100;color:#8f4100;font-size:9.5pt;text-align:center}
.sub{color:#445;font-size:12pt}
.meta{margin:12mm 0 0;display:grid;grid-template-columns:34mm 1fr;row-gap:1.8mm}.meta dt{color:#445}.meta dd{margin:0;font-weight:500}
.verdict{margin:4mm 0 5mm;border:1.2pt solid;border-radius:3mm;padding:5mm 7mm;display:flex;gap:8mm;align-items:center;break-inside:avoid}
.verdict b{font-size:18pt;line-height:1.3;white-space:nowrap}.verdict p{margin:0;color:#1b2330}.cover .verdict{margin-top:11mm}
.verdict.passed{color:#1f6b08;background:#f4faf1}.verdict.conditional{color:#8f4100;background:#fff8ee}.verdict.failed{color:#b32424;background:#fff3f2}
.sign{margin-top:auto;display:grid;grid-template-columns:repeat(3,1fr);border:.5pt solid #aab3c0}.sign div{height:19mm;padding:1.5mm 2mm;color:#445;font-size:8.5pt}.sign div+div{border-left:.5pt solid #aab3c0}
nav{margin-top:8mm;break-inside:avoid}.plain-heading{border:0;margin:0 0 2mm;padding:0;font-size:11pt}nav ol{list-style:none;margin:0;padding:0;columns:2;column-gap:10mm}nav li{padding:.6mm 0}
table{border-collapse:separate;border-spacing:0;width:100%;table-layout:fixed;font-size:8.6pt;line-height:1.5;margin:0 0 3.5mm}
td,th{border-right:.5pt solid #cfd5de;border-bottom:.5pt solid #cfd5de;padding:1.2mm 1.8mm;vertical-align:top;text-align:left;font-weight:400}
tr>:first-child{border-left:.5pt solid #cfd5de}thead th,.form tr:first-child>*{border-top:.5pt solid #cfd5de}
th{background:#eef1f5;font-weight:600}thead{display:table-header-group;break-after:avoid}tr{break-inside:avoid}tbody,tbody tr:first-child{break-before:avoid}
.compact{font-size:7.8pt;line-height:1.4}.compact td,.compact th{padding:.7mm 1.6mm}
.whole{break-inside:avoid}.tall td{height:9mm}.signing td{height:20mm}.sum td,.sum th{font-weight:700;background:#f6f8fb}
.num{text-align:right;font-variant-numeric:tabular-nums}
.when,.source{display:inline-block;font-size:7.4pt;line-height:1.45;font-variant-numeric:tabular-nums}
.clause{font-size:.92em}.state{font-weight:700;color:#445}.state.passed{color:#1f6b08}.state.failed,.state.error,.state.major{color:#b32424}.state.warning,.state.waived,.state.minor{color:#8f4100}
.quiet{color:#445}
.mono{font-family:${mono};font-size:.88em;color:#334}a .mono{color:inherit}
.note{color:#445;font-size:8.6pt}.lead{break-after:avoid}
.tiles{display:grid;grid-template-columns:repeat(5,1fr);gap:3mm;margin-bottom:4mm;break-inside:avoid}.tiles div{border:.6pt solid #cfd5de;border-radius:2mm;padding:2.5mm 3.5mm}.tiles b{display:block;font-size:15pt;line-height:1.25;font-variant-numeric:tabular-nums}.tiles span{color:#445;font-size:8.3pt}
figure{margin:3mm 0 5mm;break-inside:avoid}figcaption{font-size:8.8pt;color:#334;margin-bottom:1.5mm;font-weight:600}
.charts{display:grid;grid-template-columns:380fr 260fr;gap:4mm}
.chart{width:100%;height:auto;font-size:9px}.chart .grid{stroke:#cfd5de;stroke-width:.7}.chart .bar{fill:#0958d9}.chart .mark{stroke:#8f4100;stroke-width:1;stroke-dasharray:3 2}.chart .asked{stroke:#8f4100;stroke-width:1.6}.chart text{fill:#334}.chart .marked{fill:#8f4100;font-weight:700}.chart .tick{text-anchor:middle}.chart .end{text-anchor:end}
.figures,.phases{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:1mm 7mm;font-size:8.8pt}.phases{font-size:10pt}.phases .now{font-weight:700}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media print{main{max-width:none;padding:0 .3mm}.banner{position:static;border:1pt solid #8f4100;border-radius:2mm;margin-bottom:6mm}.cover{min-height:228mm;break-after:page}a{color:inherit}.kicker{margin-bottom:22mm}}
@media screen{body{font-size:10.5pt}main{max-width:1100px}table{font-size:9.6pt}.compact{font-size:9pt}.when,.source{font-size:8.4pt}.note,figcaption,.figures{font-size:9.4pt}[id]{scroll-margin-top:14mm}}
@media screen and (max-width:700px){main{padding:4mm}table{table-layout:auto}.tiles,.charts,.sign{grid-template-columns:1fr}.verdict{flex-direction:column;gap:2mm}section,nav{overflow-x:auto}}
`;
}
