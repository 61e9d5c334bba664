/** Title, reason and fix of each check of its category. */
export const timeChecks = {
  'checks.time.synchronised.title': 'Time is synchronised',
  'checks.time.synchronised.why': 'Clocks that drift apart break certificates, tokens and the order of data.',
  'checks.time.synchronised.fix': 'Let chrony follow the time server of the site.',
  'checks.time.offset.title': 'Offset from the time source',
  'checks.time.offset.why': 'The host is far from its own time source; it may jump while the release runs.',
  'checks.time.offset.fix': 'Wait until chrony has caught up, or step the clock once.',
  'checks.time.skew.title': 'Clock skew between hosts',
  'checks.time.skew.why': 'Tokens and leases of one host are not yet valid, or expired already, on another.',
  'checks.time.skew.fix': 'Let all hosts follow the same time server.',
  'checks.time.zone-equal.title': 'Time zones are equal',
  'checks.time.zone-equal.why': 'Logs and scheduled jobs of hosts in different zones do not fit together.',
  'checks.time.zone-equal.fix': 'Set the same time zone on all hosts.',
  'checks.time.laptop.title': 'Clock of the host against this computer',
  'checks.time.laptop.why':
    'Certificates that are issued here are not valid yet, or look expired, on a host with another time.',
  'checks.time.laptop.fix': 'Correct the clock of the host, or of this computer.',
} as const;
