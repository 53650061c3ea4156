using Vade.Kernel;

namespace Vade.Documents.Templates;

/// <summary>The words that our documents bring themselves, in five languages. A missing one does not compile.</summary>
internal sealed record Labels
{
    public required string Invoice { get; init; }
    public required string Receipt { get; init; }
    public required string Statement { get; init; }
    public required string Cancelled { get; init; }

    public required string Seller { get; init; }
    public required string Buyer { get; init; }
    public required string Receiver { get; init; }
    public required string Issuer { get; init; }
    public required string Payer { get; init; }
    public required string AccountHolder { get; init; }
    public required string TaxOffice { get; init; }

    public required string Number { get; init; }
    public required string IssuedOn { get; init; }
    public required string DueOn { get; init; }
    public required string Period { get; init; }
    public required string PayerNumber { get; init; }

    public required string Description { get; init; }
    public required string Quantity { get; init; }
    public required string UnitPrice { get; init; }
    public required string Tax { get; init; }
    public required string Net { get; init; }

    /// <summary>A tax and its rate, from its name and the percentage.</summary>
    public required Func<string, string, string> TaxAtRate { get; init; }

    public required string TotalNet { get; init; }
    public required string Total { get; init; }
    public required string InWords { get; init; }
    public required string PastBalance { get; init; }
    public required string PastCredit { get; init; }

    public required string PayOnline { get; init; }
    public required string ScanToPay { get; init; }

    /// <summary>What a reader who does not see the code is told; the address follows.</summary>
    public required string QrCode { get; init; }

    public required string Notes { get; init; }

    public required string ReceivedOn { get; init; }
    public required string Means { get; init; }
    public required string Reference { get; init; }
    public required string AmountReceived { get; init; }
    public required string SettledInvoices { get; init; }
    public required string Amount { get; init; }
    public required string Advance { get; init; }

    public required string Account { get; init; }
    public required string Range { get; init; }
    public required string Currency { get; init; }
    public required string Date { get; init; }
    public required string Movement { get; init; }
    public required string Document { get; init; }
    public required string Debit { get; init; }
    public required string Credit { get; init; }
    public required string Balance { get; init; }
    public required string OpeningBalance { get; init; }
    public required string ClosingBalance { get; init; }

    /// <summary>"Page 1 of 3" from the page and the count.</summary>
    public required Func<int, int, string> Page { get; init; }

    public static Labels In(Language language) => language switch
    {
        Language.Tr => Turkish,
        Language.En => English,
        Language.Es => Spanish,
        Language.Az => Azerbaijani,
        Language.Ru => Russian,
        _ => throw new ArgumentOutOfRangeException(nameof(language)),
    };

    private static readonly Labels Turkish = new()
    {
        Invoice = "Fatura", Receipt = "Tahsilat makbuzu", Statement = "Hesap ekstresi", Cancelled = "İPTAL",
        Seller = "Satıcı", Buyer = "Alıcı", Receiver = "Tahsil eden", Issuer = "Düzenleyen", Payer = "Ödeyen", AccountHolder = "Hesap sahibi", TaxOffice = "Vergi dairesi",
        Number = "Numara", IssuedOn = "Düzenleme tarihi", DueOn = "Son ödeme tarihi", Period = "Dönem", PayerNumber = "Ödeyici numarası",
        Description = "Açıklama", Quantity = "Miktar", UnitPrice = "Birim fiyat", Tax = "KDV", Net = "Tutar",
        TaxAtRate = (name, rate) => $"{name} %{rate}",
        TotalNet = "Ara toplam", Total = "Genel toplam", InWords = "Yazıyla", PastBalance = "Önceki borç bakiyesi", PastCredit = "Önceki alacak bakiyesi",
        PayOnline = "İnternetten ödeyin", ScanToPay = "Kare kodu telefonunuzun kamerasıyla okutun ya da bağlantıyı açın.", QrCode = "Ödeme sayfasının kare kodu",
        Notes = "Notlar",
        ReceivedOn = "Tahsilat tarihi", Means = "Ödeme şekli", Reference = "İşlem numarası", AmountReceived = "Tahsil edilen tutar",
        SettledInvoices = "Kapatılan faturalar", Amount = "Tutar", Advance = "Kalan avans",
        Account = "Hesap", Range = "Tarih aralığı", Currency = "Para birimi", Date = "Tarih", Movement = "İşlem", Document = "Belge",
        Debit = "Borç", Credit = "Alacak", Balance = "Bakiye", OpeningBalance = "Devreden bakiye", ClosingBalance = "Kapanış bakiyesi",
        Page = (page, count) => $"Sayfa {page} / {count}",
    };

    private static readonly Labels English = new()
    {
        Invoice = "Invoice", Receipt = "Receipt", Statement = "Account statement", Cancelled = "CANCELLED",
        Seller = "From", Buyer = "Bill to", Receiver = "Received by", Issuer = "Issued by", Payer = "Paid by", AccountHolder = "Account holder", TaxOffice = "Tax office",
        Number = "Number", IssuedOn = "Issue date", DueOn = "Due date", Period = "Period", PayerNumber = "Payer number",
        Description = "Description", Quantity = "Quantity", UnitPrice = "Unit price", Tax = "VAT", Net = "Net amount",
        TaxAtRate = (name, rate) => $"{name} {rate}%",
        TotalNet = "Subtotal", Total = "Total", InWords = "In words", PastBalance = "Previous balance owed", PastCredit = "Previous balance in your favour",
        PayOnline = "Pay online", ScanToPay = "Scan the code with your phone's camera, or open the link.", QrCode = "QR code of the payment page",
        Notes = "Notes",
        ReceivedOn = "Received on", Means = "Paid by means of", Reference = "Reference", AmountReceived = "Amount received",
        SettledInvoices = "Invoices settled", Amount = "Amount", Advance = "Left as an advance",
        Account = "Account", Range = "Dates", Currency = "Currency", Date = "Date", Movement = "Movement", Document = "Document",
        Debit = "Debit", Credit = "Credit", Balance = "Balance", OpeningBalance = "Opening balance", ClosingBalance = "Closing balance",
        Page = (page, count) => $"Page {page} of {count}",
    };

    private static readonly Labels Spanish = new()
    {
        Invoice = "Factura", Receipt = "Comprobante de pago", Statement = "Estado de cuenta", Cancelled = "ANULADA",
        Seller = "Emisor", Buyer = "Cliente", Receiver = "Recibido por", Issuer = "Emitido por", Payer = "Pagado por", AccountHolder = "Titular de la cuenta", TaxOffice = "Oficina tributaria",
        Number = "Número", IssuedOn = "Fecha de emisión", DueOn = "Fecha de vencimiento", Period = "Período", PayerNumber = "Número de pagador",
        Description = "Descripción", Quantity = "Cantidad", UnitPrice = "Precio unitario", Tax = "IVA", Net = "Neto",
        TaxAtRate = (name, rate) => $"{name} {rate}%",
        TotalNet = "Subtotal neto", Total = "Total", InWords = "Son", PastBalance = "Saldo anterior", PastCredit = "Saldo anterior a su favor",
        PayOnline = "Pague en línea", ScanToPay = "Escanee el código con la cámara de su teléfono o abra el enlace.", QrCode = "Código QR de la página de pago",
        Notes = "Observaciones",
        ReceivedOn = "Fecha de pago", Means = "Medio de pago", Reference = "Referencia", AmountReceived = "Monto recibido",
        SettledInvoices = "Facturas pagadas", Amount = "Monto", Advance = "Saldo como anticipo",
        Account = "Cuenta", Range = "Fechas", Currency = "Moneda", Date = "Fecha", Movement = "Movimiento", Document = "Documento",
        Debit = "Cargo", Credit = "Abono", Balance = "Saldo", OpeningBalance = "Saldo inicial", ClosingBalance = "Saldo final",
        Page = (page, count) => $"Página {page} de {count}",
    };

    private static readonly Labels Azerbaijani = new()
    {
        Invoice = "Hesab-faktura", Receipt = "Ödəniş qəbzi", Statement = "Hesabdan çıxarış", Cancelled = "LƏĞV EDİLİB",
        Seller = "Satıcı", Buyer = "Alıcı", Receiver = "Qəbul edən", Issuer = "Tərtib edən", Payer = "Ödəyən", AccountHolder = "Hesab sahibi", TaxOffice = "Vergi orqanı",
        Number = "Nömrə", IssuedOn = "Tərtib tarixi", DueOn = "Son ödəniş tarixi", Period = "Dövr", PayerNumber = "Ödəyici nömrəsi",
        Description = "Təsvir", Quantity = "Miqdar", UnitPrice = "Vahidin qiyməti", Tax = "ƏDV", Net = "Məbləğ",
        TaxAtRate = (name, rate) => $"{name} {rate}%",
        TotalNet = "Cəmi (ƏDV-siz)", Total = "Yekun məbləğ", InWords = "Yazı ilə", PastBalance = "Əvvəlki borc qalığı", PastCredit = "Xeyrinizə əvvəlki qalıq",
        PayOnline = "Onlayn ödəyin", ScanToPay = "Kodu telefonunuzun kamerası ilə oxudun və ya keçidi açın.", QrCode = "Ödəniş səhifəsinin QR kodu",
        Notes = "Qeydlər",
        ReceivedOn = "Ödəniş tarixi", Means = "Ödəniş üsulu", Reference = "Əməliyyat nömrəsi", AmountReceived = "Qəbul edilmiş məbləğ",
        SettledInvoices = "Bağlanan hesab-fakturalar", Amount = "Məbləğ", Advance = "Qalan avans",
        Account = "Hesab", Range = "Tarix aralığı", Currency = "Valyuta", Date = "Tarix", Movement = "Əməliyyat", Document = "Sənəd",
        Debit = "Debet", Credit = "Kredit", Balance = "Qalıq", OpeningBalance = "İlkin qalıq", ClosingBalance = "Son qalıq",
        Page = (page, count) => $"Səhifə {page} / {count}",
    };

    private static readonly Labels Russian = new()
    {
        Invoice = "Счёт", Receipt = "Квитанция об оплате", Statement = "Выписка по счёту", Cancelled = "АННУЛИРОВАНО",
        Seller = "Продавец", Buyer = "Покупатель", Receiver = "Получатель", Issuer = "Составитель", Payer = "Плательщик", AccountHolder = "Владелец счёта", TaxOffice = "Налоговый орган",
        Number = "Номер", IssuedOn = "Дата выставления", DueOn = "Оплатить до", Period = "Период", PayerNumber = "Номер плательщика",
        Description = "Наименование", Quantity = "Количество", UnitPrice = "Цена за единицу", Tax = "НДС", Net = "Сумма",
        TaxAtRate = (name, rate) => $"{name} {rate}\u00A0%",
        TotalNet = "Итого без НДС", Total = "Всего с НДС", InWords = "Прописью", PastBalance = "Прежний остаток долга", PastCredit = "Прежний остаток в вашу пользу",
        PayOnline = "Оплатите онлайн", ScanToPay = "Наведите камеру телефона на код или откройте ссылку.", QrCode = "QR-код страницы оплаты",
        Notes = "Примечания",
        ReceivedOn = "Дата оплаты", Means = "Способ оплаты", Reference = "Номер операции", AmountReceived = "Полученная сумма",
        SettledInvoices = "Оплаченные счета", Amount = "Сумма", Advance = "Остаток в счёт аванса",
        Account = "Счёт", Range = "Период", Currency = "Валюта", Date = "Дата", Movement = "Операция", Document = "Документ",
        Debit = "Дебет", Credit = "Кредит", Balance = "Остаток", OpeningBalance = "Начальный остаток", ClosingBalance = "Конечный остаток",
        Page = (page, count) => $"Страница {page} из {count}",
    };
}
