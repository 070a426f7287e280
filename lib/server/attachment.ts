/** Names a file for RFC 5987: what encodeURIComponent leaves but the header's grammar does not allow is escaped too. */
const encoded = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** Headers of a file that is saved, never shown. `plainName`: the name for who cannot read the other one; ASCII without quotes. */
export function attachmentHeaders(
  file: { fileName: string; mediaType: string },
  plainName?: string,
): Record<string, string> {
  const plain = plainName === undefined ? '' : `filename="${plainName}"; `;
  return {
    'content-type': file.mediaType,
    'content-disposition': `attachment; ${plain}filename*=UTF-8''${encoded(file.fileName)}`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  };
}

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
