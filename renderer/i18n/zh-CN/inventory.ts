/** Words of this page. */
export const inventory = {} as const;
