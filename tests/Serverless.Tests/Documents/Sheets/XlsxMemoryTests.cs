using Vade.Documents.Sheets;
using Vade.Kernel;

namespace Vade.Tests.Documents.Sheets;

/// <summary>Alone in the process while it runs, since it looks at the whole heap.</summary>
[CollectionDefinition(nameof(XlsxMemoryTests), DisableParallelization = true)]
[Collection(nameof(XlsxMemoryTests))]
public sealed class XlsxMemoryTests
{
    [Fact]
    public void A_hundred_thousand_rows_stream_through_without_being_held()
    {
        var peak = 0L;
        IEnumerable<IReadOnlyList<SheetCell>> Rows()
        {
            for (var i = 0; i < 100_000; i++)
            {
                if (i % 10_000 == 9_999)
                    peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true));
                yield return [new DateOnly(2026, 1, 1).AddDays(i % 365), $"Fatura {i}", i * 1.01m, i, 2.5m, 20m];
            }
        }
        var columns = Samples.Statement().Columns.Take(6).ToList();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var count = new CountingStream();

        XlsxWriter.Write(count, Language.Tr, new SheetDocument("Büyük", columns, Rows()));

        Assert.InRange(peak - before, long.MinValue, 30_000_000);
        Assert.InRange(count.Written, 1_000_000, 10_000_000);
    }

    private sealed class CountingStream : Stream
    {
        public long Written { get; private set; }
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => Written += count;
    }
}
