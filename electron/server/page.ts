type Asset = { readonly mediaType: string; readonly content: string };

/** A plain page that shows a walk: enough to look in from a browser. It speaks the contract over HTTP like any other face. */
export const statePage: Asset = {
  mediaType: 'text/html; charset=utf-8',
  content: `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>驻场工匠 Sitewright</title>
<link rel="stylesheet" href="/page.css">
</head>
<body>
<header><h1>驻场工匠 <small>Sitewright</small></h1><p id="line" role="status">…</p></header>
<main><table><thead><tr><th>#</th><th>阶段 Stage</th><th>状态 State</th><th>步骤 Steps</th><th>结论 Verdicts</th></tr></thead><tbody id="stages"></tbody></table>
<ul id="notes"></ul></main>
<script src="/page.js"></script>
</body>
</html>
`,
};

export const pageStyle: Asset = {
  mediaType: 'text/css; charset=utf-8',
  content: `:root { color-scheme: light dark; font: 15px/1.6 system-ui, "Noto Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; color: CanvasText; background: Canvas; }
h1 { font-size: 1.4rem; margin: 0; } small { font-weight: 400; } #line { margin: .25rem 0 1rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid color-mix(in srgb, CanvasText 20%, Canvas); }
td:nth-child(1), td:nth-child(4) { font-variant-numeric: tabular-nums; } tr[data-state=running] td { font-weight: 600; }
`,
};

export const pageScript: Asset = {
  mediaType: 'text/javascript; charset=utf-8',
  content: `'use strict';
const token = location.hash.slice(1);
const states = { pending: '○ 等待 pending', running: '▶ 进行中 running', done: '✓ 完成 done', warning: '! 完成,有警告 done, with warnings', failed: '✗ 失败 failed', blocked: '✗ 受阻 blocked' };
const call = async (path, input) => {
  const answer = await fetch('/rpc/' + path, { method: 'POST', headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' }, body: JSON.stringify({ json: input }) });
  const body = await answer.json();
  if (!answer.ok) throw body.json;
  return body.json;
};
const cell = (row, words) => { const made = document.createElement('td'); made.textContent = words; row.append(made); };
const show = (walk, titles) => {
  const line = document.getElementById('line');
  line.textContent = walk.site + ' · ' + Math.floor(walk.progress * 100) + ' % · ' + Math.round(walk.elapsedMs / 1000) + ' s' + (walk.etaMs ? ' · ETA ' + Math.round(walk.etaMs / 1000) + ' s' : '') + ' · ' + walk.state;
  const body = document.getElementById('stages');
  body.replaceChildren(...walk.stages.map((stage, at) => {
    const row = document.createElement('tr');
    row.dataset.state = stage.state;
    cell(row, String(at + 1));
    cell(row, stage.id);
    cell(row, states[stage.state] || stage.state);
    cell(row, stage.steps.filter((step) => step.state === 'done').length + '/' + stage.steps.length);
    cell(row, Object.entries(stage.counts).filter(([, count]) => count > 0).map(([status, count]) => status + ' ' + count).join(', '));
    return row;
  }));
};
const tell = (words) => { document.getElementById('line').textContent = words; };
const loop = async () => {
  try {
    const sites = await call('site/list', undefined);
    const site = (sites.find((one) => one.lastRun) || sites[0]);
    if (!site) tell('没有站点 · no site');
    else if (!site.lastRun) tell(site.name + ' · 尚未开始 · not started');
    else show(await call('walk/state', { site: site.name }));
  } catch (error) { tell(String((error && error.code) || error)); }
  setTimeout(loop, 1000);
};
loop();
`,
};
