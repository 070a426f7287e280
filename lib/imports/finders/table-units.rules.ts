/** Cells that name both parties in one column of units. */

const LABELLED =
  /^\s*((?:牵头|主办|主责)(?:单位|部门|科室)?)\s*[:：]\s*([\s\S]*?)(?:[\s;；，,。]*(?:责任|配合|协办|参与|协同)(?:单位|部门|科室)?\s*[:：]\s*([\s\S]*))?$/;
const WORDED =
  /^\s*([^。]+?)(?:负责)?(牵头)(?:负责)?[，,；;\s]+([^。]+?)(?:参与|配合|协助|协同|按职责分工负责)?[。；;]?\s*$/;

/** Lead and responsible units of a cell that names both by labels or by 牵头 and 配合; null where it does not. */
export function readUnitLabels(text: string): { lead: string; responsible: string; label: string } | null {
  const labelled = LABELLED.exec(text);
  if (labelled) return { lead: labelled[2]!, responsible: labelled[3] ?? '', label: labelled[1]! };
  const worded = WORDED.exec(text);
  if (!worded || (text.match(/牵头/g) ?? []).length > 1) return null;
  return { lead: worded[1]!, responsible: worded[3]!, label: worded[2]! };
}
