export type Content =
  | 'pdf'
  | 'ofd'
  | 'docx'
  | 'xlsx'
  | 'pptx'
  | 'doc'
  | 'xls'
  | 'ppt'
  | 'jpg'
  | 'png'
  | 'gif'
  | 'webp'
  | 'bmp'
  | 'tif'
  | 'heic'
  | 'text'
  | 'zip'
  | 'rar'
  | '7z';

/** What is taken: the words for it, and its extensions with the media type each is served under. WPS writes both families of office files under names of its own. */
export const TAKEN: Record<Content, { words: string; types: Record<string, string> }> = {
  pdf: { words: 'PDF', types: { pdf: 'application/pdf' } },
  ofd: { words: 'OFD 版式文件', types: { ofd: 'application/ofd' } },
  docx: {
    words: 'Word 文档',
    types: {
      docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      wps: 'application/wps-office.wps',
    },
  },
  xlsx: {
    words: 'Excel 工作簿',
    types: {
      xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      et: 'application/wps-office.et',
    },
  },
  pptx: {
    words: 'PowerPoint 演示文稿',
    types: {
      pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
      dps: 'application/wps-office.dps',
    },
  },
  doc: { words: 'Word 97—2003 文档', types: { doc: 'application/msword', wps: 'application/wps-office.wps' } },
  xls: { words: 'Excel 97—2003 工作簿', types: { xls: 'application/vnd.ms-excel', et: 'application/wps-office.et' } },
  ppt: {
    words: 'PowerPoint 97—2003 演示文稿',
    types: { ppt: 'application/vnd.ms-powerpoint', dps: 'application/wps-office.dps' },
  },
  jpg: { words: 'JPG 图片', types: { jpg: 'image/jpeg', jpeg: 'image/jpeg' } },
  png: { words: 'PNG 图片', types: { png: 'image/png' } },
  gif: { words: 'GIF 图片', types: { gif: 'image/gif' } },
  webp: { words: 'WEBP 图片', types: { webp: 'image/webp' } },
  bmp: { words: 'BMP 图片', types: { bmp: 'image/bmp' } },
  tif: { words: 'TIFF 图片', types: { tif: 'image/tiff', tiff: 'image/tiff' } },
  heic: { words: 'HEIC 图片', types: { heic: 'image/heic', heif: 'image/heif' } },
  text: { words: '文本', types: { txt: 'text/plain', csv: 'text/csv' } },
  zip: { words: 'ZIP 压缩包', types: { zip: 'application/zip' } },
  rar: { words: 'RAR 压缩包', types: { rar: 'application/vnd.rar' } },
  '7z': { words: '7Z 压缩包', types: { '7z': 'application/x-7z-compressed' } },
};

export const TAKEN_EXTENSIONS = [...new Set(Object.values(TAKEN).flatMap(({ types }) => Object.keys(types)))];
export const TAKEN_WORDS =
  'PDF、OFD、Word、Excel、PowerPoint、WPS、图片（JPG、PNG 等）、TXT、CSV，以及 ZIP、RAR、7Z 压缩包';

const BY_TYPE = new Map(
  Object.values(TAKEN).flatMap(({ words, types }) =>
    Object.values(types).map((mediaType) => [mediaType, words] as const),
  ),
);

/** PDF, Word 文档 …: a stored media type in words. */
export function typeWords(mediaType: string): string {
  return BY_TYPE.get(mediaType) ?? '文件';
}
