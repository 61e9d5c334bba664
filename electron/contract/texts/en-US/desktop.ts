/** What the desktop shell says by itself. */
export const desktop = {
  'desktop.close.title': 'A run is at work',
  'desktop.close.detail':
    'Site: {sites}. If the program closes now, the run is cancelled in good order; it can be resumed at the next start.',
  'desktop.close.stay': 'Stay',
  'desktop.close.leave': 'Cancel the run and close',
  'desktop.crash.title': 'The window stopped several times',
  'desktop.crash.detail': 'Reason: {reason}. The engine goes on working; the page is loaded again when this is closed.',
  'desktop.engine.title': 'The engine does not start',
  'desktop.second': 'The data folder {home} is already open in another window of this program.',
} as const;
