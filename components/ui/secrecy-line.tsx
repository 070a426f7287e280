import { classes } from '@/components/ui/classes';

/** Stands on every form. */
export function SecrecyLine({ className }: { className?: string }) {
  return <p className={classes('my-2 text-xs text-mute', className)}>严禁录入涉密信息。</p>;
}
