using System.Management.Automation.Host;

namespace ZabbixDR.Lab;

/// <summary>How wide tables may be; nothing else of a raw console is offered.</summary>
internal sealed class ConsoleSize : PSHostRawUserInterface
{
    private const int WidthOfFile = 140;

    public override Size BufferSize
    {
        get => new(Console.IsOutputRedirected ? WidthOfFile : Console.WindowWidth, Console.IsOutputRedirected ? 50 : Console.WindowHeight);
        set { }
    }

    public override Size WindowSize
    {
        get => BufferSize;
        set { }
    }

    public override Size MaxPhysicalWindowSize => BufferSize;

    public override Size MaxWindowSize => BufferSize;

    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    public override Coordinates CursorPosition { get; set; }

    public override int CursorSize { get; set; } = 1;

    public override bool KeyAvailable => false;

    public override Coordinates WindowPosition { get; set; }

    public override string WindowTitle { get; set; } = "";

    public override void FlushInputBuffer()
    {
        // Nothing is kept.
    }

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw new NotSupportedException("the console's contents cannot be read");

    public override KeyInfo ReadKey(ReadKeyOptions options) => throw new NotSupportedException("single keys cannot be read; use ReadLine");

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) =>
        throw new NotSupportedException("the console cannot be scrolled");

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw new NotSupportedException("the console's contents cannot be set");

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        // Clear-Host fills the whole buffer with blanks.
        if (rectangle is { Left: -1, Right: -1 } && !Console.IsOutputRedirected) Console.Clear();
    }
}
