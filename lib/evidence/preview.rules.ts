/** Raster pictures every browser of the floor shows; what else there is, is saved first. */
const SHOWN = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/bmp'];

export function isPreviewedImage(mediaType: string): boolean {
  return SHOWN.includes(mediaType);
}

export function isPreviewedPdf(mediaType: string): boolean {
  return mediaType === 'application/pdf';
}
