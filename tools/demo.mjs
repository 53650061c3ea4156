// Starts the app over a data folder and lives through two months of a small agency as a client of its public API:
// customers, services, billing runs, payments by card and by cash, a cancellation. Then it prints the links worth opening
// and serves until it is stopped. Every step may be repeated, so the same folder always shows the same office.
//
// node tools/demo.mjs <executable> <data folder> [port]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { customers, documents, services } from './demo-office.mjs';

const [executable, data, askedPort] = process.argv.slice(2);
const firstPort = 7071;
const startTimeMax = 60_000;

// ── Time: the demonstration begins on the first day of last month and ends today ──

function timesOf(folder) {
  const file = join(folder, 'demo.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const now = new Date();
  const month = (back) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1, 5));
  // Whoever looks in the first hours of a month sees its invoices all the same.
  const today = new Date(Math.max(now.getTime(), month(0).getTime() + 2 * 3_600_000));
  const times = { lastMonth: day(month(1)), thisMonth: day(month(0)), start: second(month(1)), afterBilling: second(new Date(month(1).getTime() + 3 * 3_600_000)), today: second(today) };
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(times, null, 2));
  return times;
}

const second = (instant) => instant.toISOString().slice(0, 19) + 'Z';
const day = (instant) => instant.toISOString().slice(0, 10);

// ── The app ──

async function freePort() {
  if (askedPort) return askedPort;
  for (let port = firstPort; port < firstPort + 100; port++) {
    const free = await new Promise((answer) => {
      const probe = createServer().once('error', () => answer(false)).listen(port, '127.0.0.1', () => probe.close(() => answer(true)));
    });
    if (free) return port;
  }
  throw new Error(`No port from ${firstPort} to ${firstPort + 99} is free; choose one with --port.`);
}

function launch(port, times) {
  const environment = { ...process.env, Vade__Sandbox: 'true', Vade__Clock__Start: times.start };
  const command = [executable, '--port', String(port), '--data', data];
  // Where the system can, the app ends with us however we end.
  if (spawnSync('setpriv', ['--version']).status === 0) command.unshift('setpriv', '--pdeathsig', 'TERM');
  const app = spawn(command[0], command.slice(1), { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => app.kill('SIGTERM'));
  app.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGTERM' ? 0 : 1)));

  return new Promise((ready, failed) => {
    const timer = setTimeout(() => failed(new Error('The app did not start within a minute.')), startTimeMax);
    let text = '';
    app.stdout.setEncoding('utf8').on('data', (part) => {
      text += part;
      const address = /Now listening on: (\S+)/.exec(text);
      if (!address) return;
      clearTimeout(timer);
      ready({ app, address: address[1], panel: () => /\S+\/panel\/welcome\/\S+/.exec(text)?.[0] ?? `${address[1]}/panel` });
    });
  });
}

// ── A client of the API, and of the pages ──

class Client {
  constructor(address, key) { this.address = address; this.key = key; }

  async call(method, path, body) {
    const response = await fetch(this.address + path, {
      method,
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Failure(`${method} ${path} answered ${response.status}: ${text}`, response.status);
    return text ? JSON.parse(text) : null;
  }

  get(path) { return this.call('GET', path); }
  put(path, body) { return this.call('PUT', path, body); }
  post(path, body) { return this.call('POST', path, body); }

  async all(path) {
    const items = [];
    for (let after = null; ;) {
      const page = await this.get(`${path}${path.includes('?') ? '&' : '?'}limit=200${after ? `&after=${encodeURIComponent(after)}` : ''}`);
      items.push(...page.items);
      if (!(after = page.next)) return items;
    }
  }

  /** Time only moves forward: where it has passed already, there is nothing to do. */
  async moveClock(now) {
    await this.post('/api/v1/clock', { now }).catch((failure) => { if (failure.status !== 422) throw failure; });
  }

  /** A page, or what a form on it leads to, through all redirects. */
  async page(url, fields) {
    let response = await fetch(url, { redirect: 'manual', method: fields ? 'POST' : 'GET', body: fields && new URLSearchParams(fields) });
    while (response.status === 302 || response.status === 303) {
      url = new URL(response.headers.get('location'), url).href;
      response = await fetch(url, { redirect: 'manual' });
    }
    const html = await response.text();
    if (!response.ok) throw new Failure(`${url} answered ${response.status}`, response.status);
    return { url, html };
  }

  /** Pays what a link shows by card, at the simulated bank. */
  async payByCard(payUrl) {
    const shop = await this.page(payUrl);
    const bank = await this.page(...formOf(shop, 'id="pay"'));
    const [action, fields] = formOf(bank, 'name="outcome"');
    await this.page(action, { ...fields, outcome: 'approve' });
  }
}

class Failure extends Error {
  constructor(message, status) { super(message); this.status = status; }
}

const plain = (html) => html.replace(/&quot;/g, '"').replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCodePoint(parseInt(code, 16))).replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

function formOf(page, mark) {
  const form = (page.html.match(/<form.*?<\/form>/gs) ?? []).find((one) => one.includes(mark));
  if (!form) throw new Failure(`${page.url} has no form with ${mark}`);
  const action = /<form[^>]*action="([^"]*)"/.exec(form);
  const fields = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name, plain(value)]);
  return [new URL(action ? plain(action[1]) : page.url, page.url).href, Object.fromEntries(fields)];
}

// What paths do not carry well is written as ~ and base64url.
const named = (code) => /^[\w.-]+$/.test(code) ? code : '~' + Buffer.from(code).toString('base64url');

// ── Two months of an office ──

async function play(office, times) {
  const on = { last: times.lastMonth, this: times.thisMonth };
  const invoicesOf = (customer) => office.all(`/api/v1/invoices?customer=${encodeURIComponent(customer)}`);
  const first = async (customer) => (await invoicesOf(customer)).find((invoice) => invoice.issuedOn === times.lastMonth && invoice.service)
    ?? fail(`${customer} was not invoiced on ${times.lastMonth}`);

  for (const { code, ...customer } of customers) await office.put(`/api/v1/customers/${named(code)}`, customer);
  for (const { customer, code, from, ...service } of services) await office.put(`/api/v1/customers/${named(customer)}/services/${code}`, { ...service, startsOn: on[from] });
  for (const { customer, number, ...document } of documents) {
    await office.put(`/api/v1/customers/${named(customer)}/documents/${named(number)}`, { ...document, date: times.lastMonth, dueOn: times.thisMonth, asOf: times.start });
  }

  await office.moveClock(times.afterBilling);
  for (const customer of ['C1', 'C5', 'C9']) await payOnce(office, await first(customer));

  const partly = await first('C2');
  await office.post('/api/v1/customers/C2/payments', { amount: '5000.00', currency: 'TRY', means: 'cash', reference: 'demo-cash', receivedOn: times.lastMonth, invoices: [partly.number] });
  const mistaken = await office.post('/api/v1/invoices', { customer: 'C3', reference: 'demo-mistake', currency: 'TRY', lines: [{ description: 'Katalog çekimi', quantity: '1', unitPrice: '4500.00', taxRate: '20' }] });
  if (mistaken.status !== 'cancelled') await office.post(`/api/v1/invoices/${mistaken.number}/cancel`, { reason: 'Çekim yapılmadı' });

  await office.moveClock(times.today);
  const invoices = await office.all('/api/v1/invoices');
  const latest = (customer) => invoices.findLast((invoice) => invoice.customer === customer && invoice.issuedOn >= times.thisMonth && invoice.service) ?? fail(`${customer} was not invoiced this month`);
  await payOnce(office, latest('C1'));

  const missing = (await office.get('/api/v1/reports/missing-invoices')).rows;
  if (missing.length > 0) fail(`${missing.length} invoices are missing`);
  const { items: mails } = await office.get('/simulator/mailbox.json');
  const unsent = invoices.filter((invoice) => invoice.status !== 'cancelled' && !mails.some((mail) => mail.links.some((link) => new URL(link).pathname === new URL(invoice.payUrl).pathname)));
  if (unsent.length > 0) fail(`${unsent.length} invoices were not mailed, such as ${unsent[0].number}`);
  const { items: poison } = await office.get('/api/v1/work/poison');
  if (poison.length > 0) fail(`a message gave up: ${poison[0].error}`);

  const { portalUrl } = await office.get('/api/v1/customers/C2');
  return {
    invoices, mails,
    open: latest('C4').payUrl, english: latest('C8').payUrl, debt: portalUrl, paid: latest('C1').payUrl, cancelled: mistaken.payUrl,
    pdf: pdfOf(await office.page(latest('C4').payUrl)),
  };
}

/** As a customer would: not again what is paid. */
async function payOnce(office, invoice) {
  if (invoice.status === 'open') await office.payByCard(invoice.payUrl);
}

function pdfOf({ url, html }) {
  const link = /href="([^"]*pdf)"/.exec(html) ?? fail(`${url} has no link to the PDF`);
  return new URL(plain(link[1]), url).href;
}

function fail(message) { throw new Failure(message); }

function tell(office, panel, key, found) {
  const links = [
    ['An unpaid invoice, as the customer sees it (pay it: the bank is simulated)', found.open],
    ['Another one, in English and dollars', found.english],
    ['The whole debt of a customer who has paid a part in cash', found.debt],
    ['A paid invoice with its receipt', found.paid],
    ['A cancelled one', found.cancelled],
    ['An invoice as a PDF', found.pdf],
    ['The staff panel (the first to open the link becomes its administrator)', panel],
    ['Every mail that went out', `${office.address}/simulator/mailbox`],
    ['The API', `${office.address}/openapi/v1.json`],
    ['Is it alive?', `${office.address}/health`],
  ];
  console.log(`\n${customers.length} customers, ${found.invoices.length} invoices, ${found.mails.length} mails.\n`);
  for (const [caption, url] of links) console.log(`${caption}\n${url}\n`);
  console.log(`API key: ${key}\nThe data is in ${data}. Ctrl-C stops.`);
}

// ── ──

let started;
try {
  const times = timesOf(data);
  started = await launch(await freePort(), times);
  const key = process.env.Vade__ApiKey || readFileSync(join(data, 'api-key'), 'utf8').trim();
  const office = new Client(started.address, key);
  console.log(`Now listening on: ${started.address}`);
  console.log('Two months of a sample office are being played …');
  tell(office, started.panel(), key, await play(office, times));
} catch (problem) {
  console.error(`demo: ${problem instanceof Failure ? problem.message : problem.stack}`);
  process.exitCode = 1;
  if (started) {
    started.app.removeAllListeners('exit').on('exit', () => process.exit(1));
    started.app.kill('SIGTERM');
  }
}
