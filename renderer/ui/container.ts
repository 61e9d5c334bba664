/**
 * Where dialogs are put: in the page's root, not in the body. For the body the dialog library would lock scrolling with a
 * style element of its own that the content security policy refuses; the body never scrolls here anyway.
 */
export const dialogContainer = (): HTMLElement => document.getElementById('root') ?? document.body;
