/** Names of the channels between window and shell. */
export const channels = {
  call: 'sitewright:call',
  connect: 'sitewright:connect',
  port: 'sitewright:port',
  lost: 'sitewright:lost',
} as const;

/** Origin of the wizard's pages in the desktop. */
export const appOrigin = 'app://sitewright';
