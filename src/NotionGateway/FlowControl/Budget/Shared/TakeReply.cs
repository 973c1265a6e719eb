using System.Runtime.InteropServices;
using NotionGateway.FlowControl.Budget.Shared.Store;

namespace NotionGateway.FlowControl.Budget.Shared;

/// <summary>What a question for a permit led to.</summary>
internal enum TakeStatus
{
    Wait = 0,
    Given = 1,

    /// <summary>The state is another than this replica knows.</summary>
    NewState = 2,

    /// <summary>The state has forgotten what this replica has seen in it.</summary>
    WentBack = 3,

    /// <summary>The question came too late to be carried out.</summary>
    TooOld = 4,
}

/// <summary>Reads the answer to a question for a permit.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct TakeReply(StoreAnswer answer)
{
    private const double Millionths = 1_000_000;

    /// <summary>Whether there is an answer, and the question was carried out.</summary>
    public bool IsCarriedOut => answer.IsThere && Status is (TakeStatus.Wait or TakeStatus.Given);

    public TakeStatus Status => (TakeStatus)answer.Number(0);

    /// <summary>Whose permit it is: a place in the bid, counted from 1.</summary>
    public int Caller => (int)answer.Number(1);

    public TimeSpan Wait => answer.Length(2);

    /// <summary>Permits of all replicas that are used or taken.</summary>
    public int Count => (int)answer.Number(3);

    public long Born => answer.Number(4);

    public TimeSpan Pause => answer.Length(5);

    public long Questions => answer.Number(6);

    public long Now => answer.Number(7);

    public double Tokens => answer.Number(8) / Millionths;

    public TimeSpan Asked => answer.Asked;

    public TimeSpan Answered => answer.Answered;
}
