/** Words of this page. */
export const acceptance = {} as const;
