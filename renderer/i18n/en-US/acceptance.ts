/** Words of the report's page. */
export const acceptance = {
  'acceptance.lead':
    'The verdict is computed from every recorded result and waiver; the report carries the same numbers.',
  'acceptance.none': 'There is nothing to report yet.',
  'acceptance.none.hint': 'Begin the walk; the report can be made at any time after its first stage.',
  'acceptance.must-pass': 'must-pass results met',
  'acceptance.passed': 'results passed',
  'acceptance.open': 'open deviations',
  'acceptance.waived': 'waived',
  'acceptance.export': 'Export',
  'acceptance.export.html': 'HTML page',
  'acceptance.export.pdf': 'PDF',
  'acceptance.export.json': 'JSON',
  'acceptance.preview': 'Preview',
  'acceptance.making': 'Making the report …',
  'acceptance.again': 'Make anew',
  'acceptance.project':
    'Project data, document number and sign-off fields are edited on the page of site and inventory.',
  'acceptance.journal': 'Journal',
  'acceptance.journal.verify': 'Verify the journal',
  'acceptance.journal.intact': 'The hash chain is intact: {rows} rows, head {head}, site key {key}.',
  'acceptance.journal.damaged': 'The journal is damaged: {count} problems. The report must not be signed.',
} as const;
