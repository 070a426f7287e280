/** What tells one version of a report from another: entered by the office, or the unit's own words after the grace. */
export type VersionMark = { isBackfill: boolean; basis: string; reportedOn: string | null; isCatchUp: boolean };

/** 优化办补录，进展报于 2022-09-05，依据：8月台账; 补报; null where a version is neither. Pure. */
export function markOf(version: VersionMark): string | null {
  if (version.isBackfill) {
    const on = version.reportedOn ? `，进展报于 ${version.reportedOn}` : '';
    return `优化办补录${on}${version.basis ? `，依据：${version.basis}` : ''}`;
  }
  return version.isCatchUp ? '补报' : null;
}

/** The same behind the name of a version: （补报）; empty where there is none. Pure. */
export function markBehind(version: VersionMark): string {
  const mark = markOf(version);
  return mark === null ? '' : `（${mark}）`;
}
