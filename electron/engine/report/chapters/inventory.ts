import type { ReportHost } from '../hosts.ts';
import { html, joined, type Markup } from '../markup.ts';
import { form, table } from '../table.ts';
import { blank, type Writer } from '../writer.ts';

/** 4 Hosts, servers, release and images as delivered. */
export function inventory(writer: Writer): Markup {
  const { t, section } = writer;
  return html`${section('4.1', t('report.hosts'))}${hosts(writer)}${section('4.2', t('report.endpoints'))}${endpoints(writer)}${section('4.3', t('report.release'))}${release(writer)}${section('4.4', t('report.images'))}${images(writer)}`;
}

function hosts(writer: Writer): Markup {
  const { t, model, link, moment } = writer;
  const size = (host: ReportHost) => {
    const parts = [
      host.processors !== undefined && t('report.processors', { count: host.processors }),
      host.memory !== undefined && `${host.memory} GiB`,
      host.architecture,
    ].filter((part) => part !== undefined && part !== false);
    return parts.length === 0 ? blank : parts.join(', ');
  };
  const rows = model.hosts.map((host) => ({
    cells: [
      html`<b>${host.name}</b><br><span class="mono">${host.address}</span>`,
      host.roles.map((role) => t(`report.role.${role}`)).join(t('report.list')),
      host.system ?? blank,
      host.kernel ?? blank,
      size(host),
      host.runtime ?? blank,
      host.evidence === undefined ? blank : link(host.evidence),
    ],
  }));
  const read = model.hosts.flatMap((host) => host.readAt ?? []).sort()[0];
  return html`${table(
    t('report.hosts'),
    [
      { head: t('report.host'), width: 30 },
      { head: t('report.roles'), width: 29 },
      { head: t('report.system'), width: 31 },
      { head: t('report.kernel'), width: 26 },
      { head: t('report.size') },
      { head: t('report.runtime'), width: 22 },
      { head: t('report.evidence'), width: 18 },
    ],
    rows,
  )}${read && html`<p class="note">${t('report.hosts-read', { at: moment(read) })}</p>\n`}`;
}

function endpoints({ t, w, model, link }: Writer): Markup {
  if (model.endpoints.length === 0) return html`<p>${t('report.none')}</p>\n`;
  return table(
    t('report.endpoints'),
    [
      { head: t('report.endpoint'), width: 46 },
      { head: t('report.address') },
      { head: t('report.version'), width: 46 },
      { head: t('report.number'), width: 18 },
    ],
    model.endpoints.map((endpoint) => ({
      cells: [
        t(`report.endpoint.${endpoint.kind}`),
        html`<span class="mono">${endpoint.address}</span>`,
        endpoint.version ? w(endpoint.version) : blank,
        endpoint.record ? link(endpoint.record) : blank,
      ],
    })),
    { rowHeads: true, kind: 'plain whole' },
  );
}

function release({ t, w, model }: Writer): Markup {
  return form(t('report.release'), [
    [t('report.name-of-release'), html`${w(model.release.title)} <span class="mono">${model.release.name}</span>`],
    [t('report.version'), model.release.version],
    [t('report.release-digest'), html`<span class="mono">${model.release.digest}</span>`],
    [t('report.plan-digest'), html`<span class="mono">sha256:${model.run.plan}</span>`],
  ]);
}

function images({ t, model, link }: Writer): Markup {
  if (model.images.length === 0) return html`<p>${t('report.none')}</p>\n`;
  return table(
    t('report.images'),
    [{ head: t('report.image'), width: 36 }, { head: t('report.digest') }, { head: t('report.evidence'), width: 18 }],
    model.images.map((image) => ({
      cells: [
        html`<span class="mono">${image.reference}</span>`,
        html`<span class="mono">${joined(image.digest.split(':'), html`:`)}</span>`,
        image.evidence ? link(image.evidence) : blank,
      ],
    })),
  );
}
