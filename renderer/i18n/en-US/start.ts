/** Words of this page. */
export const start = {} as const;
