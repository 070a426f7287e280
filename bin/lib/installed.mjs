// Exits 0 when node_modules already holds exactly what package-lock.json asks for, so that `npm install X` by hand does not
// lead to a full `npm ci` afterwards. Plain JavaScript: it runs before any package is there.
import fs from 'node:fs';

const packagesOf = (file) => {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
};
const wanted = packagesOf('package-lock.json');
const present = packagesOf('node_modules/.package-lock.json');
const isMissing = ([folder, { version, optional, peer }]) =>
  folder !== '' &&
  present[folder]?.version !== version &&
  !(present[folder] === undefined && (optional || peer) && !fs.existsSync(folder));
process.exit(Object.keys(present).length > 0 && !Object.entries(wanted).some(isMissing) ? 0 : 1);
