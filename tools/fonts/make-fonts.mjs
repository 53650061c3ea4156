// Makes the fonts that our PDFs embed: Noto Sans, cut to the letters our documents need and to the six tables a PDF
// reader needs. No font file is in the repository; the build runs this once and again when it or the lock file changes.
//
// Glyphs are numbered in Unicode order within two parts, the same in both weights: first what Turkish, Azerbaijani, Spanish
// and English are written with, then the rest. So one character map and one ToUnicode serve every file, and the "common"
// files are the "full" ones cut short: a document that needs no more embeds the smaller pair and differs in nothing else.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const target = join(root, 'artifacts', 'fonts');
const sources = [fileURLToPath(import.meta.url), join(root, 'package-lock.json')];
const faces = { regular: '400Regular/NotoSans_400Regular.ttf', bold: '700Bold/NotoSans_700Bold.ttf' };

const range = (first, last = first) => Array.from({ length: last - first + 1 }, (_, i) => first + i);
const letters = (text) => [...text].map((letter) => letter.codePointAt(0));
const ascending = (list) => [...new Set(list)].sort((a, b) => a - b);
const common = ascending([
  ...range(0x20, 0x7e), ...letters('\u00a0¡¢£§©«®°±²³·º»¿½ÁÂÇÉÍÎÑÓÖÚÛÜßáâçéíîñóöúûü×ĞğİıŞşƏə'),
  ...letters('‐‑–—‘’‚“”„†•…‹›€₸₺₼₽№™−\ufffd'),
]);
const rest = ascending([
  ...range(0xa1, 0xac), ...range(0xae, 0x17f), ...range(0x218, 0x21b), 0x1e9e, // Latin-1 but the soft hyphen, Extended-A
  ...range(0x400, 0x45f), ...range(0x490, 0x493), ...range(0x496, 0x49d), ...range(0x4a0, 0x4a3), ...range(0x4ae, 0x4b3),
  ...range(0x4b6, 0x4bb), ...range(0x4d8, 0x4d9), ...range(0x4e8, 0x4e9), // Cyrillic with Kazakh, Tatar, Kyrgyz
  ...letters('‒―‛‡‰′″₦₴₹₾₿'),
]).filter((code) => !common.includes(code));
const codes = { common, rest };

function isFresh() {
  const made = join(target, 'fonts.json');
  return existsSync(made) && sources.every((source) => statSync(source).mtimeMs <= statSync(made).mtimeMs);
}

// Two builds may run at once. The lock names its process, so that one left behind by a killed build is taken over.
async function underLock(work) {
  const lock = join(root, 'artifacts', 'fonts.lock');
  mkdirSync(dirname(lock), { recursive: true });
  for (;;) {
    try {
      const handle = openSync(lock, 'wx');
      writeFileSync(handle, String(process.pid));
      closeSync(handle);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (isAbandoned(lock)) rmSync(lock, { force: true });
      else await new Promise((resume) => setTimeout(resume, 200));
    }
  }
  try { await work(); } finally { rmSync(lock, { force: true }); }
}

function isAbandoned(lock) {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    if (!owner) return Date.now() - statSync(lock).mtimeMs > 10_000;
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function readTables(ttf) {
  const tables = {};
  for (let i = 0; i < ttf.readUInt16BE(4); i++) {
    const at = 12 + 16 * i;
    tables[ttf.toString('latin1', at, at + 4)] = ttf.subarray(ttf.readUInt32BE(at + 8), ttf.readUInt32BE(at + 8) + ttf.readUInt32BE(at + 12));
  }
  return tables;
}

// Code point → glyph, from the format 4 subtable that every Unicode font carries for the basic plane.
function readCmap(cmap) {
  for (let i = 0; i < cmap.readUInt16BE(2); i++) {
    const table = cmap.subarray(cmap.readUInt32BE(8 + 8 * i));
    if (table.readUInt16BE(0) !== 4) continue;
    const glyphs = new Map();
    const segments = table.readUInt16BE(6) / 2;
    for (let s = 0; s < segments; s++) {
      const end = table.readUInt16BE(14 + 2 * s), start = table.readUInt16BE(16 + 2 * segments + 2 * s);
      const delta = table.readUInt16BE(16 + 4 * segments + 2 * s), offsetAt = 16 + 6 * segments + 2 * s, offset = table.readUInt16BE(offsetAt);
      for (let code = start; code <= end && code !== 0xffff; code++) {
        const glyph = offset === 0 ? code : table.readUInt16BE(offsetAt + offset + 2 * (code - start));
        if (glyph !== 0) glyphs.set(code, (glyph + delta) & 0xffff);
      }
    }
    return glyphs;
  }
  throw new Error('The font has no format 4 character map.');
}

// The offsets inside a composite outline at which other glyphs are named.
function componentsAt(outline) {
  const found = [];
  if (outline.length === 0 || outline.readInt16BE(0) >= 0) return found;
  for (let at = 10, more = true; more;) {
    const flags = outline.readUInt16BE(at);
    found.push(at + 2);
    at += 4 + (flags & 1 ? 4 : 2) + (flags & 8 ? 2 : flags & 0x40 ? 4 : flags & 0x80 ? 8 : 0);
    more = (flags & 0x20) !== 0;
  }
  return found;
}

function parse(ttf) {
  const tables = readTables(ttf);
  const long = tables.head.readInt16BE(50) === 1, count = tables.maxp.readUInt16BE(4), measured = tables.hhea.readUInt16BE(34);
  const offset = (glyph) => long ? tables.loca.readUInt32BE(4 * glyph) : 2 * tables.loca.readUInt16BE(2 * glyph);
  const glyphs = Array.from({ length: count }, (_, glyph) => ({
    outline: Buffer.from(tables.glyf.subarray(offset(glyph), offset(glyph + 1))),
    advance: tables.hmtx.readUInt16BE(4 * Math.min(glyph, measured - 1)),
    bearing: glyph < measured ? tables.hmtx.readInt16BE(4 * glyph + 2) : tables.hmtx.readInt16BE(4 * measured + 2 * (glyph - measured)),
  }));
  return { tables, glyphs, cmap: readCmap(tables.cmap) };
}

// The glyphs in the order we number them, as old numbers: the part's characters, then the parts only they are built of.
function orderOf(font, wanted, already) {
  const parts = [];
  const visit = (old) => {
    for (const at of componentsAt(font.glyphs[old].outline)) {
      const part = font.glyphs[old].outline.readUInt16BE(at);
      if (!parts.includes(part) && !already.includes(part)) { parts.push(part); visit(part); }
    }
  };
  wanted.forEach((code) => visit(font.cmap.get(code)));
  return { characters: wanted.map((code) => font.cmap.get(code)), parts };
}

function build(font, order, length) {
  const first = new Map();
  order.forEach((old, glyph) => { if (old !== null && !first.has(old)) first.set(old, glyph); });
  const outlines = order.slice(0, length).map((old) => {
    if (old === null) return Buffer.alloc(0);
    const outline = Buffer.from(font.glyphs[old].outline);
    for (const at of componentsAt(outline)) outline.writeUInt16BE(first.get(outline.readUInt16BE(at)), at);
    return Buffer.concat([outline, Buffer.alloc(-outline.length & 1)]);
  });
  const glyf = Buffer.concat(outlines), isLong = glyf.length > 0x1fffe;
  const loca = Buffer.alloc((length + 1) * (isLong ? 4 : 2)), hmtx = Buffer.alloc(4 * length);
  let at = 0;
  for (let glyph = 0; glyph <= length; glyph++) {
    if (isLong) loca.writeUInt32BE(at, 4 * glyph); else loca.writeUInt16BE(at / 2, 2 * glyph);
    if (glyph === length) break;
    at += outlines[glyph].length;
    const source = order[glyph] === null ? { advance: 0, bearing: 0 } : font.glyphs[order[glyph]];
    hmtx.writeUInt16BE(source.advance, 4 * glyph);
    hmtx.writeInt16BE(source.bearing, 4 * glyph + 2);
  }
  const head = Buffer.from(font.tables.head), hhea = Buffer.from(font.tables.hhea), maxp = Buffer.from(font.tables.maxp);
  head.writeUInt32BE(0, 8);
  head.writeInt16BE(isLong ? 1 : 0, 50);
  hhea.writeUInt16BE(length, 34);
  maxp.writeUInt16BE(length, 4);
  return assemble({ glyf, head, hhea, hmtx, loca, maxp });
}

function checksum(bytes) {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 4) sum = (sum + bytes.readUInt32BE(i)) >>> 0;
  return sum;
}

function assemble(tables) {
  const names = Object.keys(tables), header = Buffer.alloc(12 + 16 * names.length), body = [];
  header.writeUInt32BE(0x00010000, 0);
  header.writeUInt16BE(names.length, 4);
  const power = Math.floor(Math.log2(names.length));
  header.writeUInt16BE(16 << power, 6);
  header.writeUInt16BE(power, 8);
  header.writeUInt16BE(16 * names.length - (16 << power), 10);
  let offset = header.length, headAt = 0;
  names.forEach((name, i) => {
    const table = tables[name], padded = Buffer.concat([table, Buffer.alloc(-table.length & 3)]), at = 12 + 16 * i;
    if (name === 'head') headAt = offset;
    header.write(name, at, 'latin1');
    header.writeUInt32BE(checksum(padded), at + 4);
    header.writeUInt32BE(offset, at + 8);
    header.writeUInt32BE(table.length, at + 12);
    body.push(padded);
    offset += padded.length;
  });
  const ttf = Buffer.concat([header, ...body]);
  ttf.writeUInt32BE((0xb1b0afba - checksum(ttf)) >>> 0, headAt + 8);
  return ttf;
}

// The six letters that mark a subset, taken from its bytes so that they change exactly when the subset does.
function tagOf(ttf) {
  return [...createHash('sha256').update(ttf).digest().subarray(0, 6)].map((b) => String.fromCharCode(65 + (b % 26))).join('');
}

async function make() {
  if (isFresh()) return;
  if (!existsSync(join(root, 'node_modules', 'subset-font')) || !existsSync(join(root, 'node_modules', '@expo-google-fonts', 'noto-sans')))
    execFileSync('npm', ['ci', '--omit=dev', '--no-fund', '--no-audit'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
  const { default: subset } = await import('subset-font');
  const text = String.fromCodePoint(...codes.common, ...codes.rest);

  const fonts = {}, orders = {};
  for (const [face, file] of Object.entries(faces)) {
    const source = readFileSync(join(root, 'node_modules', '@expo-google-fonts', 'noto-sans', file));
    const font = parse(await subset(source, text, { targetFormat: 'truetype', noHinting: true, noLayoutClosure: true, keepFeatures: [] }));
    const missing = [...codes.common, ...codes.rest].filter((code) => !font.cmap.has(code));
    if (missing.length > 0) throw new Error(`${file} lacks ${missing.map((code) => code.toString(16)).join(' ')}`);
    if (font.tables.head.readUInt16BE(18) !== 1000) throw new Error(`${file} is not drawn on 1000 units.`);
    const common = orderOf(font, codes.common, [0]);
    const rest = orderOf(font, codes.rest, [0, ...common.characters, ...common.parts]);
    fonts[face] = font;
    orders[face] = { common, rest };
  }

  // One weight may be built of more parts than the other; empty glyphs keep the numbers of the characters the same.
  const partsOf = (script) => Math.max(...Object.values(orders).map((order) => order[script].parts.length));
  const pad = (list, length) => [...list, ...Array(length - list.length).fill(null)];
  const commonCount = 1 + codes.common.length + partsOf('common');
  const description = {
    codes: [...codes.common, ...codes.rest],
    glyphs: [...codes.common.map((_, i) => 1 + i), ...codes.rest.map((_, i) => commonCount + i)],
    commonCount,
    faces: {},
  };
  mkdirSync(target, { recursive: true });
  const write = (name, bytes) => {
    writeFileSync(join(target, `${name}.${process.pid}`), bytes);
    renameSync(join(target, `${name}.${process.pid}`), join(target, name));
  };
  for (const [face, font] of Object.entries(fonts)) {
    const { common, rest } = orders[face];
    const order = [0, ...common.characters, ...pad(common.parts, partsOf('common')), ...rest.characters, ...pad(rest.parts, partsOf('rest'))];
    const files = { common: build(font, order, commonCount), full: build(font, order, order.length) };
    for (const [extent, ttf] of Object.entries(files)) write(`${face}-${extent}.zlib`, deflateSync(ttf, { level: 9 }));
    const { head, hhea } = font.tables, os2 = font.tables['OS/2'];
    description.faces[face] = {
      advances: order.map((old) => (old === null ? 0 : font.glyphs[old].advance)),
      box: [36, 38, 40, 42].map((at) => head.readInt16BE(at)),
      ascent: hhea.readInt16BE(4),
      descent: hhea.readInt16BE(6),
      capHeight: os2.readInt16BE(88),
      files: Object.fromEntries(Object.entries(files).map(([extent, ttf]) => [extent, { tag: tagOf(ttf), length: ttf.length }])),
    };
  }
  // The licence asks to travel with every copy of the font, and a program with the font inside is one.
  write('OFL.txt', readFileSync(join(root, 'node_modules', '@expo-google-fonts', 'noto-sans', 'LICENSE_FONT')));
  write('fonts.json', JSON.stringify(description));
}

await underLock(make);
