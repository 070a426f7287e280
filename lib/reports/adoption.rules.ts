/** A responsible unit's words as a lead takes them over. Pure. */
export function adoptedText(part: { unitName: string; narrative: string }): string {
  return `（${part.unitName}）${part.narrative}`;
}
