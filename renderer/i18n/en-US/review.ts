/** Words of this page. */
export const review = {} as const;
