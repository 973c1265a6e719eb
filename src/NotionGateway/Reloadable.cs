namespace NotionGateway;

/// <summary>
/// A value that may be replaced while requests run: settings, and what is built from them. A reader takes
/// <see cref="Current"/> once and works on that; no reader sees half of a change.
/// </summary>
internal sealed class Reloadable<T>(T initial)
    where T : class
{
    private volatile T _current = initial;

    /// <summary>Raised after <see cref="Current"/> has been replaced.</summary>
    public event Action<T>? Changed;

    public T Current => _current;

    public void Replace(T value)
    {
        _current = value;
        Changed?.Invoke(value);
    }

    /// <summary>A value that is rebuilt from each new value of this one.</summary>
    public Reloadable<TResult> Map<TResult>(Func<T, TResult> build)
        where TResult : class
    {
        var mapped = new Reloadable<TResult>(build(Current));
        Changed += value => mapped.Replace(build(value));
        return mapped;
    }
}
