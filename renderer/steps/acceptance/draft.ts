import { parties, type SignOff } from '../../../electron/contract/acceptance.ts';

/** One line of what was handed over. */
export type Row = { readonly topic: string; readonly participant: string; readonly date: string };
export type Signer = { readonly name: string; readonly title: string; readonly date: string };
/** Signers and handover as they are typed. */
export type SignOffDraft = {
  readonly signers: Readonly<Record<(typeof parties)[number], Signer>>;
  readonly handover: readonly Row[];
};

export function draftOf({ signers, handover }: SignOff): SignOffDraft {
  const of = (party: (typeof parties)[number]): Signer => {
    const { name = '', title = '', date = '' } = signers.find((one) => one.party === party) ?? {};
    return { name, title, date };
  };
  return {
    signers: { customer: of('customer'), contractor: of('contractor'), supervisor: of('supervisor') },
    handover: handover.map(({ topic, participant, date = '' }) => ({ topic, participant, date })),
  };
}

/** Lines that were left empty are no lines. */
export function signOffOf({ signers, handover }: SignOffDraft): SignOff {
  const dated = (date: string) => (date === '' ? {} : { date });
  return {
    signers: parties
      .filter((party) => signers[party].name.trim() !== '')
      .map((party) => ({
        party,
        name: signers[party].name,
        title: signers[party].title,
        ...dated(signers[party].date),
      })),
    handover: handover
      .filter(({ topic, participant }) => topic.trim() !== '' || participant.trim() !== '')
      .map(({ topic, participant, date }) => ({ topic, participant, ...dated(date) })),
  };
}

/** Whether saving would change anything. */
export function differs(draft: SignOffDraft, signOff: SignOff): boolean {
  return JSON.stringify(signOffOf(draft)) !== JSON.stringify(signOffOf(draftOf(signOff)));
}
