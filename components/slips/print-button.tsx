'use client';

import { Button } from '@/components/ui/button';

/** Without JavaScript the browser's own menu prints the page. */
export function PrintButton() {
  return (
    <Button variant="main" onClick={() => window.print()}>
      打印
    </Button>
  );
}
