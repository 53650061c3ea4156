'use strict';

/*
 * Checks a verifiable statement (docs/verify.md) in the reader's own browser, also without a network: the file goes
 * nowhere. Gives the findings that the command `vade verify` gives.
 */
async function vadeVerify(text) {
  const bytes = (string) => new TextEncoder().encode(string);
  const join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
  const fromBase64 = (string) => Uint8Array.from(atob(string), (letter) => letter.charCodeAt(0));
  const fromHex = (string) => Uint8Array.from(string.match(/../g), (pair) => parseInt(pair, 16));
  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const sha256 = (data) => crypto.subtle.digest('SHA-256', data);
  const escaped = (string) => encodeURIComponent(string).replace(/[!'()*]/g, (letter) => '%' + letter.charCodeAt(0).toString(16).toUpperCase());
  const wrong = (code, ...values) => ({ isGenuine: false, findings: [{ code, values }] });

  // Amounts in hundredths, so that nothing is lost in a floating point number.
  const amount = (string) => {
    if (typeof string !== 'string' || !/^-?(0|[1-9]\d*)\.\d\d$/.test(string)) throw new Error('amount');
    return BigInt(string.replace('.', ''));
  };
  const plain = (hundredths) => {
    const digits = (hundredths < 0n ? -hundredths : hundredths).toString().padStart(3, '0');
    return `${hundredths < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  };

  // 100 ns since the year 1.
  const ticks = (instant) => {
    const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{7})Z$/.exec(instant);
    if (!parts) throw new Error('instant');
    return BigInt(Date.parse(parts[1] + 'Z')) * 10000n + BigInt(parts[2]) + 621355968000000000n;
  };

  const hashOf = async (entry) => hex(await sha256(bytes([
    entry.previous, entry.sequence, escaped(entry.id), entry.kind, entry.currency, entry.valueOn, ticks(entry.postedAt),
    escaped(entry.document), entry.snapshot, entry.own, ...entry.lines.map((line) => `${escaped(line.account)}=${line.amount}`),
  ].join('|'))));

  let statement, own = [];
  try {
    statement = JSON.parse(text);
    if (statement.vade !== 'statement 1') return wrong('unreadable');
    const empty = hex(await sha256(bytes(`vade ledger 1|${statement.account}`)));
    let previous = empty;
    for (const [at, entry] of statement.entries.entries()) {
      const sum = entry.lines.reduce((total, line) => total + amount(line.amount), 0n);
      const moved = amount(entry.own);
      if (entry.sequence !== at + 1 || entry.previous !== previous || entry.hash !== await hashOf(entry) || sum !== 0n)
        return wrong('entry', String(entry.sequence));
      previous = entry.hash;
      if (entry.currency === statement.currency) own.push({ on: entry.valueOn, moved });
    }

    const total = (holds) => plain(own.filter((entry) => holds(entry.on)).reduce((sum, entry) => sum + entry.moved, 0n));
    const opening = total((on) => on < statement.from), closing = total((on) => on <= statement.to);
    if (opening !== statement.opening || closing !== statement.closing) return wrong('figures', opening, closing);

    const findings = [{ code: 'good', values: [opening, closing] }, { code: 'chain', values: [String(statement.entries.length)] }];
    const { proof, root } = statement;
    if (!proof || !root) return { isGenuine: true, findings: [...findings, { code: 'none', values: [] }] };

    const signed = ['vade root 1', root.day, root.at, root.root, root.accounts, root.rows, root.manifest, root.manifestSha256, root.previous ?? ''].join('|');
    const key = fromBase64(root.publicKey);
    const isSigned = await crypto.subtle.importKey('spki', key, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify'])
      .then((imported) => crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, imported, fromBase64(root.signature), bytes(signed)))
      .catch(() => false);
    if (!isSigned) return wrong('signature');

    const head = proof.sequence === 0 ? empty : statement.entries[proof.sequence - 1]?.hash;
    let node = new Uint8Array(await sha256(join([0], bytes(`vade account 1|${proof.account}|${proof.sequence}|${proof.hash}`))));
    for (const step of proof.steps) {
      if (!/^[0-9a-f]{64}$/i.test(step.hash) || !['left', 'right'].includes(step.side)) return wrong('root');
      const sibling = fromHex(step.hash);
      node = new Uint8Array(await sha256(step.side === 'left' ? join([1], sibling, node) : join([1], node, sibling)));
    }
    if (proof.account !== statement.account || proof.hash !== head || hex(node) !== root.root) return wrong('root');

    findings.push({ code: 'sealed', values: [String(proof.sequence), root.day] });
    if (statement.entries.length > proof.sequence) findings.push({ code: 'later', values: [String(statement.entries.length - proof.sequence)] });
    findings.push({ code: 'key', values: [hex(await sha256(key)).match(/.{8}/g).join(' ')] });
    return { isGenuine: true, findings };
  } catch {
    return wrong('unreadable');
  }
}

if (typeof document !== 'undefined') {
  const form = document.getElementById('verify');
  const result = document.getElementById('result');
  const said = (code) => document.querySelector(`#sentences [data-code="${code}"]`).textContent;
  const shown = (code, values, statement) => {
    const language = document.documentElement.lang;
    if (code === 'good' || code === 'figures')
      return values.map((value) => new Intl.NumberFormat(language, { style: 'currency', currency: statement.currency, minimumFractionDigits: 2 }).format(value));
    if (code === 'sealed')
      return [values[0], new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(values[1]))];
    return values;
  };

  form.addEventListener('submit', async (event) => {
    const file = form.elements.file.files[0];
    if (!file) return;
    event.preventDefault();
    const text = await file.text();
    const verdict = await vadeVerify(text);
    result.className = 'note ' + (verdict.isGenuine ? 'well' : 'wrong');
    result.replaceChildren(...verdict.findings.map(({ code, values }) => {
      const line = document.createElement('p');
      const filled = code === 'unreadable' ? [] : shown(code, values, JSON.parse(text));
      line.textContent = said(code).replace(/\{(\d)\}/g, (_, at) => filled[at]);
      return line;
    }));
    result.hidden = false;
    result.focus();
  });
}
