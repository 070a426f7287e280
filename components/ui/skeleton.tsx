type SkeletonProps = { lines?: number; label?: string };

/** Stands inside a page, after the rights check, while a part of it is being fetched. */
export function Skeleton({ lines = 4, label = '正在加载…' }: SkeletonProps) {
  return (
    <div role="status" className="space-y-2.5 py-1">
      <span className="sr-only">{label}</span>
      {Array.from({ length: lines }, (_, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
          key={index}
          aria-hidden="true"
          className="h-4 animate-pulse rounded-sm bg-chip odd:w-full even:w-4/5"
        />
      ))}
    </div>
  );
}
