import { type StageId, stageIds } from '../../electron/contract/views.ts';

/** A page of a site: the review before the walk, or a stage of it. */
export type SitePage = 'review' | StageId;

/** The pages of a site in the order of the rail. The plan is reviewed before anything is touched. */
export const pages: readonly SitePage[] = ['inventory', 'review', ...stageIds.filter((id) => id !== 'inventory')];
