import { EVIDENCE_LIMITS, type EvidenceTarget } from '@/lib/evidence/evidence.schema';
import { TAKEN_EXTENSIONS } from '@/lib/evidence/taken';
import { targetParams } from './use-uploads';

export const ACCEPT = TAKEN_EXTENSIONS.map((extension) => `.${extension}`).join(',');
export const LIMIT_WORDS = `每个不超过 ${EVIDENCE_LIMITS.bytes / 1024 / 1024} MB`;

type PlainUploadProps = { target: EvidenceTarget; unitId?: number; returnTo: string };

/** Before JavaScript: a part of the surrounding form that goes to the upload's own address. */
export function PlainUpload({ target, unitId, returnTo }: PlainUploadProps) {
  const fields = Object.entries({ ...targetParams(target, unitId), returnTo });
  return (
    <noscript>
      <div className="space-y-1 text-sm">
        {fields.map(([name, value]) => (
          <input key={name} type="hidden" name={`evidence${name[0]!.toUpperCase()}${name.slice(1)}`} value={value} />
        ))}
        <p className="text-mute">请先逐个上传材料，再填写其他内容；上传后页面会刷新。{LIMIT_WORDS}。</p>
        <p>
          <input type="file" name="file" aria-label="佐证材料文件" accept={ACCEPT} />
        </p>
        <p className="flex flex-wrap gap-2">
          <input
            name="evidenceUrl"
            aria-label="网址"
            placeholder="或填写网址 https://"
            className="border border-edge px-1"
          />
          <input name="evidenceTitle" aria-label="网址的标题" placeholder="标题" className="border border-edge px-1" />
          <button
            type="submit"
            formAction="/api/evidence"
            formMethod="post"
            formEncType="multipart/form-data"
            formNoValidate
            className="rounded-md border border-line px-2.5"
          >
            上传
          </button>
        </p>
      </div>
    </noscript>
  );
}
