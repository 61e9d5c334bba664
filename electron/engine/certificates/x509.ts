import 'reflect-metadata';

/** The X.509 library, loaded at first use: it costs about 0.1 s, which a command that issues nothing should not pay. */
export const loadX509 = (): Promise<typeof import('@peculiar/x509')> => import('@peculiar/x509');
export type X509Library = Awaited<ReturnType<typeof loadX509>>;
