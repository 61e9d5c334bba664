/** The scenes that README and manual show, with the names that the documents know them by: `wizard-<name>.<locale>.png`. */
export const documentScenes: Readonly<Record<string, string>> = {
  'start-empty': 'start',
  'inventory-tested': 'inventory',
  'inventory-import': 'import',
  review: 'review',
  'stage-environment': 'environment',
  failed: 'failed',
  'stage-dependencies': 'dependencies',
  'stage-certificates': 'certificates',
  'stage-images': 'images',
  'stage-infrastructure': 'infrastructure',
  'stage-services-running': 'services',
  'stage-data-running': 'data',
  'stage-verification': 'verification',
  report: 'report',
  'start-interrupted': 'resume',
  'overview-running': 'overview',
};
