import { TAKEN_WORDS } from './taken';

/** Tells a page without JavaScript what came of an upload. Codes and no words: an address must not put words into the page. */
export const UPLOAD_NOTICE_PARAM = 'evidence';

const NOTICES: Record<string, string> = {
  added: '材料已上传，提交时一并送出。',
  unreadable: `材料没有保存：文件为空、已损坏，或类型不在可上传之列，或扩展名与内容不符。可上传：${TAKEN_WORDS}；网址应以 http:// 或 https:// 开头。`,
  large: '文件超过 50 MB 的上限，没有保存。请压缩、拆分后再上传，或改为添加网址。',
  full: '存储空间不足，文件没有保存，已填写的内容不受影响，请联系管理员。',
  rate_limited: '上传后没有提交的材料过多，或同时上传的文件过多，请先提交或移除一些。',
  invalid_state: '现在不能上传佐证材料：方案未在执行中，或督办单不在答复期间。',
  interrupted: '上传中断，文件没有保存。请检查网络后重试。',
};
const OTHER = '材料没有保存，请刷新页面后重试。';

/** What the page says; null where the address says nothing of an upload. */
export function uploadNotice(code: string | null): { isAdded: boolean; words: string } | null {
  return code === null ? null : { isAdded: code === 'added', words: NOTICES[code] ?? OTHER };
}
