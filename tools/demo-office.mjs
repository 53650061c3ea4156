// The sample office: invented customers with the names, languages and currencies that a Turkish agency really meets.
const address = (line, district, city, postalCode, country = 'TR') => ({ line, district, city, postalCode, country });

export const customers = [
  { code: 'C1', title: 'ÖZGÜR & Ş. İÇ TİC. A.Ş.', taxId: vkn('146041530'), emails: ['muhasebe@ozgur.example'], phone: '+90 532 111 22 33', address: address('Ihlamurdere Cad. No: 12/3', 'Beşiktaş', 'İstanbul', '34353') },
  { code: 'C2', title: 'Güneş Kırtasiye ve Matbaacılık Ltd. Şti.', taxId: vkn('390038366'), emails: ['gunes@kirtasiye.example'], address: address('Çiçekçi Sok. No: 8', 'Üsküdar', 'İstanbul', '34672') },
  { code: 'C3', title: 'Çığ Dağcılık "Zirve" Spor Kulübü', taxId: vkn('250017448'), emails: ['info@cigdagcilik.example'], address: address('Atatürk Bulvarı 101', 'Çankaya', 'Ankara', '06420') },
  { code: 'C4', title: 'Iğdır Işık Aydınlatma San. ve Tic. A.Ş.', taxId: vkn('472915803'), emails: ['fatura@igdirisik.example', 'patron@igdirisik.example'], dueDays: 7, address: address('Sanayi Sitesi C Blok 4', 'Merkez', 'Iğdır', '76000') },
  { code: 'C5', title: 'Şükrüoğlu Fındık Üreticileri Kooperatifi', taxId: vkn('815203997'), emails: ['kooperatif@sukruoglu.example'], address: address('Liman Yolu 5', 'Altınordu', 'Ordu', '52100') },
  { code: 'C6', title: 'Ayşe Gül Öztürk (Butik Ğ)', emails: ['ayse@butikg.example'], whatsApp: true, phone: '0 (533) 444 55 66' },
  { code: 'C7', title: 'Comercial Ñuñoa y Compañía SpA', country: 'CL', language: 'es', taxId: rut('76543210'), emails: ['pagos@nunoa.example'], address: address('Av. Irarrázaval 2345', 'Ñuñoa', 'Santiago', '7750000', 'CL') },
  { code: 'C8', title: "Harbour & Sons' <Trading> Ltd", country: 'GB', language: 'en', emails: ['accounts@harbour.example'], dueDays: 30, address: address('1 Quay Street', null, 'Bristol', 'BS1 4DB', 'GB') },
  { code: 'C9', title: 'Gülüstan Xidmət və Ticarət MMC', country: 'AZ', language: 'az', taxId: '1400123451', emails: ['maliyye@gulustan.example'], address: address('Nizami küç. 45', null, 'Bakı', 'AZ1010', 'AZ') },
  { code: 'C10', title: 'ООО «Северный ветер»', country: 'RU', language: 'ru', emails: ['buh@sever.example'], address: address('ул. Щорса, д. 5', null, 'Санкт-Петербург', '191186', 'RU') },
  { code: '120/01', title: 'Anadolu Lojistik ve Depolama A.Ş. (Merkez Şube)', taxId: vkn('068012345'), emails: ['cari@anadolulojistik.example'] },
  { code: 'C12', title: 'Yeni Nesil Yazılım Geliştirme, Danışmanlık ve Eğitim Hizmetleri Sanayi ve Ticaret Limited Şirketi', taxId: vkn('934561278'), emails: ['finans@yeninesil.example'] },
];

const line = (description, unitPrice, taxRate = '20', quantity = '1') => ({ description, quantity, unitPrice, taxRate });
const monthly = { months: 1 };

/** `from` is the month in which a service begins: last or this. */
export const services = [
  { customer: 'C1', code: 'SOSYAL', from: 'last', description: 'Sosyal medya danışmanlığı', every: monthly, lines: [line('Sosyal medya danışmanlığı', '8500.00'), line('İçerik üretimi, 12 paylaşım', '350.00', '20', '12')] },
  { customer: 'C2', code: 'REKLAM', from: 'last', description: 'Dönemlik reklam yönetimi', every: monthly, lines: [line('Google Ads yönetimi', '6250.50'), line('Basılı katalog', '45.00', '10', '50')] },
  { customer: 'C2', code: 'HOSTING', from: 'last', description: 'Yıllık barındırma', every: { months: 12 }, lines: [line('Barındırma ve alan adı', '2400.00')] },
  { customer: 'C3', code: 'SOSYAL', from: 'last', description: 'Sosyal medya danışmanlığı', every: monthly, lines: [line('Sosyal medya danışmanlığı', '5000.00')] },
  { customer: 'C4', code: 'SEO', from: 'last', description: 'Arama motoru çalışması', every: monthly, lines: [line('SEO danışmanlığı', '7250.35'), line('Teknik iyileştirme, saat', '900.00', '20', '3.5')] },
  { customer: 'C5', code: 'MAGAZA', from: 'last', description: 'E-ticaret bakımı', every: monthly, lines: [line('E-ticaret sitesi bakımı', '3900.00')] },
  { customer: 'C6', code: 'FOTO', from: 'this', description: 'Ürün fotoğrafı', every: { months: 3 }, lines: [line('Ürün fotoğrafı çekimi', '4200.00')] },
  { customer: 'C7', code: 'REDES', from: 'last', description: 'Gestión de redes sociales', every: monthly, currency: 'CLP', lines: [line('Gestión de redes sociales', '450000', '19')] },
  { customer: 'C8', code: 'SUPPORT', from: 'this', description: 'Website care', every: monthly, currency: 'USD', lines: [line('Website care plan', '249.00', '0'), line('Extra hours', '85.00', '0', '2.5')] },
  { customer: 'C9', code: 'SAYT', from: 'last', description: 'Saytın idarə edilməsi', every: monthly, currency: 'AZN', lines: [line('Saytın idarə edilməsi', '320.00', '18')] },
  { customer: 'C10', code: 'REKLAMA', from: 'last', description: 'Ведение рекламы', every: monthly, currency: 'RUB', lines: [line('Ведение контекстной рекламы', '45000.00', '20')] },
  { customer: '120/01', code: 'KURUMSAL', from: 'last', description: 'Kurumsal destek', every: monthly, lines: [line('Kurumsal destek paketi', '15000.00')] },
  { customer: 'C12', code: 'EGITIM', from: 'last', description: 'Eğitim dönemi', every: monthly, lines: [line('Dijital pazarlama eğitimi', '12500.00')] },
];

const erp = { direction: 'sale', kind: 'invoice', currency: 'TRY', electronic: true };

export const documents = [
  { ...erp, customer: '120/01', number: 'ABC/2026-17', net: '10000.00', tax: '2000.00', total: '12000.00', remaining: '12000.00' },
  { ...erp, customer: 'C12', number: 'ABC/2026-18', net: '4000.00', tax: '800.00', total: '4800.00', remaining: '1800.00' },
];

/** Nine digits with the check digit of a Turkish tax number. */
function vkn(digits) {
  let sum = 0;
  for (let i = 0; i < 9; i++) {
    const shifted = (Number(digits[i]) + 9 - i) % 10;
    if (shifted !== 0) sum += (shifted * 2 ** (9 - i)) % 9 || 9;
  }
  return digits + ((10 - (sum % 10)) % 10);
}

/** A body with the check character of a Chilean RUT. */
function rut(body) {
  const sum = [...body].reverse().reduce((total, digit, i) => total + Number(digit) * (2 + (i % 6)), 0);
  return `${body}-${['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'K'][(11 - (sum % 11)) % 11]}`;
}
