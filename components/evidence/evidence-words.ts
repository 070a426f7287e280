import type { EvidenceView } from '@/lib/evidence/evidence.schema';
import { isIntranet } from '@/lib/evidence/link.rules';
import { typeWords } from '@/lib/evidence/taken';

/** 512 字节, 34 KB, 1.2 MB. */
export function sizeWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} 字节`;
  const kilobytes = bytes / 1024;
  return kilobytes < 1024 ? `${Math.round(kilobytes)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
}

/** What a piece is: PDF，1.2 MB, or where a link leads. */
export function kindWords(item: Pick<EvidenceView, 'kind' | 'mediaType' | 'bytes' | 'url'>): string {
  if (item.kind === 'FILE') return `${typeWords(item.mediaType)}，${sizeWords(item.bytes)}`;
  return `网址，${new URL(item.url).host}${isIntranet(item.url) ? '（内网）' : ''}`;
}

/** 文号 … · 发文单位 … · 成文日期 …; '' where nothing is known. */
export function factWords(item: Pick<EvidenceView, 'docNumber' | 'issuer' | 'signedOn'>): string {
  return [
    item.docNumber && `文号 ${item.docNumber}`,
    item.issuer && `发文单位 ${item.issuer}`,
    item.signedOn && `成文日期 ${item.signedOn}`,
  ]
    .filter(Boolean)
    .join('　');
}
