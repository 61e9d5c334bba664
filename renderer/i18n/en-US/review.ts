/** Words of the review page. */
export const review = {
  'review.unsaved':
    'The inventory has unsaved changes; the plan below is made without them. Save or discard them first.',
  'review.lead':
    'Each effect of the deployment stands here, per host, before anything is touched. Begin confirms exactly this plan.',
  'review.bundle': 'Release bundle',
  'review.bundle.folder': 'Folder of the bundle; several folders are separated by ;',
  'review.load': 'Read the plan',
  'review.empty': 'Name the folder of the release bundle to see the plan.',
  'review.figures': 'The plan in figures',
  'review.changes': 'steps change something',
  'review.targets': 'hosts and endpoints are touched',
  'review.reads': 'steps only read',
  'review.untouched': 'Nothing has been touched yet.',
  'review.running': 'A walk is running.',
  'review.unfinished': 'An earlier walk is not finished. Resume goes on with it; Begin starts a new one.',
  'review.view': 'Grouping',
  'review.by-target': 'By host',
  'review.by-stage': 'By stage',
  'review.which': 'Which effects',
  'review.only-changes': 'Changes only',
  'review.everything': 'Everything',
} as const;
