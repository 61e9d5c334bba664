/** Texts of the area; the key's first word is the area's name. */
export const images = {} as const;
