'use client';

import { type ClipboardEvent, useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';

type Pasted = { html: string; tables: number; rows: number; preview: string[][]; words: string };

/** What a pasted page holds, for a person to recognise; the server reads it anew. */
function look(html: string): Pasted {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const rows = [...page.querySelectorAll('tr')];
  return {
    html,
    tables: page.querySelectorAll('table').length,
    rows: rows.length,
    preview: rows
      .slice(0, 4)
      .map((row) =>
        [...row.querySelectorAll('td, th')].map((cell) => (cell.textContent ?? '').replace(/\s+/g, ' ').trim()),
      ),
    words: (page.body.textContent ?? '').replace(/\s+/g, ' ').trim().slice(0, 120),
  };
}

function Preview({ pasted, onClear }: { pasted: Pasted; onClear: () => void }) {
  const words = useRef<HTMLParagraphElement>(null);
  // The box that had the keyboard is gone.
  useEffect(() => words.current?.focus(), []);
  return (
    <div className="rounded-md border border-edge bg-card px-2.5 py-2">
      <p ref={words} role="status" tabIndex={-1} className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium">
          {pasted.tables > 0 ? `已粘贴 ${pasted.tables} 张表格，共 ${pasted.rows} 行` : '已粘贴带格式的文字'}
        </span>
        <Button size="small" onClick={onClear}>
          清除重粘
        </Button>
      </p>
      {pasted.preview.length > 0 ? (
        <table aria-label="粘贴内容的前几行" className="mt-1.5 w-full table-fixed border-collapse text-xs">
          <tbody>
            {pasted.preview.map((cells, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a fixed picture of what was pasted
              <tr key={row}>
                {cells.slice(0, 8).map((cell, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above
                  <td key={column} title={cell} className="truncate border border-raw-line bg-raw px-1.5 py-0.5">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className="mt-1 text-sm text-mute">{pasted.words}…</p>
      )}
      <input type="hidden" name="pasted" value={pasted.html} />
    </div>
  );
}

/** Takes what is pasted with its tables where the clipboard has them, as plain words otherwise. */
export function PasteBox() {
  const [pasted, setPasted] = useState<Pasted | null>(null);
  const [isCleared, setIsCleared] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (isCleared && pasted === null) box.current?.focus();
  }, [isCleared, pasted]);
  const paste = (event: ClipboardEvent) => {
    const html = event.clipboardData.getData('text/html');
    if (html === '') return;
    event.preventDefault();
    setPasted(look(html));
  };
  if (pasted)
    return (
      <Preview
        pasted={pasted}
        onClear={() => {
          setIsCleared(true);
          setPasted(null);
        }}
      />
    );
  return (
    <>
      <textarea
        ref={box}
        id="pasted"
        name="pasted"
        rows={5}
        onPaste={paste}
        aria-describedby="pasted-hint"
        placeholder="在 Word、WPS、Excel 或网页中选中整张表，复制后在此粘贴"
        className="w-full rounded-md border border-edge bg-card px-2.5 py-1.5"
      />
      <p id="pasted-hint" className="mt-1 text-xs text-mute">
        连同表头一起复制；从表格中复制的内容会保留行列和合并单元格。
      </p>
    </>
  );
}
