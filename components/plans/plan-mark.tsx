/** What tells a plan from another of the same title, after the title; nothing where the title stands alone. */
export function PlanMark({ mark }: { mark: string | null }) {
  return mark === null ? null : <span className="ml-1.5 text-xs text-mute">（{mark}）</span>;
}
