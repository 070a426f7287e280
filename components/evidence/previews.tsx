'use client';

import { useEffect, useRef, useState } from 'react';

const SUMMARY = 'inline-block text-xs text-accent hover:underline';

/** A picture, fetched once it is asked for. */
export function ImagePreview({ id, title }: { id: string; title: string }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className="print:hidden" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className={SUMMARY}>
        查看图片<span className="sr-only">：{title}</span>
      </summary>
      {isOpen ? (
        // biome-ignore lint/performance/noImgElement: an optimiser would read evidence without the viewer's rights
        <img
          src={`/api/evidence/${id}?preview`}
          alt={title}
          className="mt-1 max-h-[75vh] max-w-full border border-line bg-card object-contain"
        />
      ) : null}
    </details>
  );
}

/**
 * A PDF drawn by pdf.js in a frame of an opaque origin: whatever the file does there, it has neither cookie nor page nor network. This page fetches the bytes with the
 * viewer's rights and hands them over.
 */
export function PdfPreview({ id, title }: { id: string; title: string }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className="print:hidden" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className={SUMMARY}>
        预览<span className="sr-only">：{title}</span>
      </summary>
      {isOpen ? <PdfFrame id={id} title={title} /> : null}
    </details>
  );
}

function PdfFrame({ id, title }: { id: string; title: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [refusal, setRefusal] = useState('');
  useEffect(() => {
    const stop = new AbortController();
    const bytes = fetch(`/api/evidence/${id}`, { signal: stop.signal }).then((response) => {
      if (!response.ok) throw new Error(String(response.status));
      return response.arrayBuffer();
    });
    const listen = (event: MessageEvent) => {
      if (event.source !== frame.current?.contentWindow || event.data?.viewer !== 'ready') return;
      bytes
        .then((buffer) => frame.current?.contentWindow?.postMessage({ bytes: buffer }, '*', [buffer]))
        .catch(() => {
          if (!stop.signal.aborted) setRefusal('没有取到文件，请刷新页面后重试，或直接下载。');
        });
    };
    window.addEventListener('message', listen);
    return () => {
      window.removeEventListener('message', listen);
      bytes.catch(() => {}); // nobody waits for it any more
      stop.abort();
    };
  }, [id]);
  return refusal ? (
    <p role="alert" className="text-sm text-red">
      {refusal}
    </p>
  ) : (
    <iframe
      ref={frame}
      title={`${title} 预览`}
      src="/api/evidence/viewer/frame"
      sandbox="allow-scripts"
      referrerPolicy="no-referrer"
      className="mt-1 h-[75vh] w-full border border-line bg-ground"
    />
  );
}
