/** The last day of a grace, with what must stand beside a date worked out over a year without its holiday notice. */
export function GraceDay({ day, doubt }: { day: string; doubt: string | null }) {
  return (
    <>
      <span className="whitespace-nowrap">{day}</span>
      {doubt ? <span className="block text-xs text-amber">{doubt}</span> : null}
    </>
  );
}
