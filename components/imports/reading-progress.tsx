'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useTransition } from 'react';

type ReadingProgressProps = { percent: number; words: string };

/** How far the reading is; asks again every second while it is looked at, every three without JavaScript. */
export function ReadingProgress({ percent, words }: ReadingProgressProps) {
  const router = useRouter();
  const [isAsking, start] = useTransition();
  // The next question is asked a second after the last answer, so that a slow server is not asked twice at once.
  useEffect(() => {
    if (isAsking) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') start(() => router.refresh());
    }, 1000);
    return () => clearInterval(timer);
  }, [router, isAsking]);
  return (
    <>
      <noscript>
        <meta httpEquiv="refresh" content="3" />
      </noscript>
      <p id="reading-words" aria-live="polite" className="mb-1.5 flex items-baseline gap-3">
        <span className="text-lg font-semibold">{words}</span>
        <span className="text-mute">{percent}%</span>
      </p>
      <div
        role="progressbar"
        aria-labelledby="reading-words"
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        className="h-2 overflow-hidden rounded-full bg-chip"
      >
        <div
          className="h-full rounded-full bg-lamp-blue transition-[width] duration-700"
          style={{ width: `${percent}%` }}
        />
      </div>
    </>
  );
}
