namespace NotionGateway.FlowControl.Queueing;

/// <summary>
/// A binary heap whose items know their place in it, so that one can be taken out from the middle in logarithmic time:
/// callers hang up and are evicted. The framework's PriorityQueue would have to search for them.
/// </summary>
/// <param name="comesBefore">Whether the first of two items is to come out before the second.</param>
/// <param name="place">Notes an item's place, -1 once it is out.</param>
internal sealed class IndexedHeap<T>(Func<T, T, bool> comesBefore, Action<T, int> place)
    where T : class
{
    private readonly List<T> _items = [];

    public int Count => _items.Count;

    public T? First => _items.Count == 0 ? null : _items[0];

    public IReadOnlyList<T> Unordered => _items;

    public void Add(T item)
    {
        _items.Add(item);
        Rise(_items.Count - 1, item);
    }

    public void RemoveAt(int index)
    {
        var last = _items.Count - 1;
        var (gone, moved) = (_items[index], _items[last]);
        _items.RemoveAt(last);
        place(gone, -1);
        if (index < last)
        {
            Settle(index, moved);
        }
    }

    /// <summary>Finds the right place again for an item whose order has changed.</summary>
    public void Moved(int index) => Settle(index, _items[index]);

    private void Settle(int index, T item)
    {
        if (index > 0 && comesBefore(item, _items[(index - 1) / 2]))
        {
            Rise(index, item);
        }
        else
        {
            Sink(index, item);
        }
    }

    private void Rise(int index, T item)
    {
        while (index > 0 && (index - 1) / 2 is var parent && comesBefore(item, _items[parent]))
        {
            Put(index, _items[parent]);
            index = parent;
        }

        Put(index, item);
    }

    private void Sink(int index, T item)
    {
        while ((2 * index) + 1 is var child && child < _items.Count)
        {
            if (child + 1 < _items.Count && comesBefore(_items[child + 1], _items[child]))
            {
                child++;
            }

            if (!comesBefore(_items[child], item))
            {
                break;
            }

            Put(index, _items[child]);
            index = child;
        }

        Put(index, item);
    }

    private void Put(int index, T item)
    {
        _items[index] = item;
        place(item, index);
    }
}
