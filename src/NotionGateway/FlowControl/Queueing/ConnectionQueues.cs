using System.Collections.Concurrent;
using NotionGateway.Credentials;
using NotionGateway.FlowControl.Budget;

namespace NotionGateway.FlowControl.Queueing;

/// <summary>
/// Which connection queue a credential's requests take. Notion counts by connection, so credentials of one bot share a queue;
/// until the bot is known, a token has a queue to itself. A token that replaces another stays in its queue until it proves to be
/// somebody else's, unless another credential has it already.
/// </summary>
internal sealed class ConnectionQueues
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<CredentialName, ConnectionBinding> _bindings = new();
    private readonly Dictionary<ConnectionKey, ConnectionQueue> _queues = [];
    private readonly Dictionary<string, TimeSpan> _pausedWorkspaces = new(StringComparer.Ordinal);
    private readonly Reloadable<FlowControlOptions> _options;
    private readonly PermitBudgetFactory _budgets;
    private readonly TimeProvider _time;
    private readonly ILogger<ConnectionQueues> _log;
    private bool _slow;
    private bool _closed;

    public ConnectionQueues(
        Reloadable<FlowControlOptions> options, AdmissionSignal admissions, PermitBudgetFactory budgets, TimeProvider time, ILogger<ConnectionQueues> log)
    {
        (_options, _budgets, _time, _log) = (options, budgets, time, log);
        options.Changed += _ => ForEveryBinding(Change);
        admissions.Changed += () => ForEveryBinding(static binding => binding.ConnectionQueue.Recheck());
    }

    /// <summary>A credential has begun to use a connection queue.</summary>
    public event Action<ConnectionBinding>? Bound;

    /// <summary>Every credential that has been used recently, with its connection queue.</summary>
    public IEnumerable<ConnectionBinding> Bindings => _bindings.Values;

    /// <summary>Every request that waits, as of this moment.</summary>
    public IEnumerable<QueuedRequest> Waiting() => _bindings.Values.Select(binding => binding.ConnectionQueue).Distinct().SelectMany(queue => queue.Waiting());

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _queues.Values.Distinct().Count();
            }
        }
    }

    public ConnectionQueue For(Credential credential)
    {
        var state = credential.State;
        return _bindings.TryGetValue(credential.Name, out var binding) && binding.IsFor(credential, state) && !binding.ConnectionQueue.IsRetired
            ? binding.ConnectionQueue
            : Bind(credential, state);
    }

    /// <summary>Pauses every credential of the workspace, those included that come into use during the pause.</summary>
    public bool PauseWorkspace(string workspace, TimeSpan until)
    {
        lock (_gate)
        {
            var before = _pausedWorkspaces.GetValueOrDefault(workspace);
            var isNew = before <= _time.Monotonic();
            _pausedWorkspaces[workspace] = MonotonicTime.Later(before, until);
            foreach (var binding in _bindings.Values.Where(binding => binding.Credential.Workspace == workspace))
            {
                binding.ConnectionQueue.Pause(new Cooldown(LimitLevel.Workspace, until), operation: null);
            }

            return isNew;
        }
    }

    /// <summary>Half the rate from now on: the program is draining, and its successor has begun.</summary>
    public void SlowDown()
    {
        _slow = true;
        ForEveryBinding(binding => binding.ConnectionQueue.Budget.SlowDown());
    }

    /// <summary>The program can wait no longer: every request still without a permit is denied.</summary>
    public void Close()
    {
        _closed = true;
        ForEveryBinding(binding => binding.ConnectionQueue.Close());
    }

    /// <summary>Forgets the connection queues that nothing is to be remembered of.</summary>
    public void Sweep()
    {
        lock (_gate)
        {
            foreach (var (key, connectionQueue) in _queues.Where(pair => pair.Value.TryRetire()).ToList())
            {
                _queues.Remove(key);
                foreach (var name in connectionQueue.Members.Names)
                {
                    _bindings.TryRemove(name, out _);
                }
            }

            foreach (var (workspace, _) in _pausedWorkspaces.Where(pair => pair.Value <= _time.Monotonic()).ToList())
            {
                _pausedWorkspaces.Remove(workspace);
            }
        }
    }

    private ConnectionQueue Bind(Credential credential, CredentialState state)
    {
        lock (_gate)
        {
            var before = _bindings.TryGetValue(credential.Name, out var known) && !known.ConnectionQueue.IsRetired ? known.ConnectionQueue : null;
            var connectionQueue = Choose(state, before, _options.Current.LimitOf(credential.Terms.Plan));
            if (before is not null && before != connectionQueue)
            {
                before.Members.Remove(credential.Name);
                before.HandOver(connectionQueue, credential.Name);
            }

            var binding = new ConnectionBinding(credential, state, connectionQueue);
            _bindings[credential.Name] = binding;
            credential.Judged -= Recheck;
            credential.Judged += Recheck;
            if (before != connectionQueue && connectionQueue.Members.Count > 0)
            {
                _log.SharedQueue(credential.Name, string.Join(", ", connectionQueue.Members.Names));
            }

            Change(binding);
            if (credential.Workspace is { } workspace && _pausedWorkspaces.TryGetValue(workspace, out var until) && until > _time.Monotonic())
            {
                connectionQueue.Pause(new Cooldown(LimitLevel.Workspace, until), operation: null);
            }

            Bound?.Invoke(binding);
            return connectionQueue;
        }
    }

    private void Recheck(Credential credential)
    {
        lock (_gate)
        {
            if (_bindings.TryGetValue(credential.Name, out var binding) && binding.Credential == credential && !binding.ConnectionQueue.IsRetired)
            {
                For(credential).Recheck();
            }
        }
    }

    private ConnectionQueue Choose(CredentialState state, ConnectionQueue? before, PermitLimit limit)
    {
        if (state.Identity is not { } identity)
        {
            return QueueOf(state) ?? before ?? FindOrMake(state.Connection(), limit);
        }

        var key = state.Connection();
        if (before is { Members.Bot: null } && !IsInUse(key))
        {
            _queues[key] = before;
            before.Budget.Rename(key);
        }

        var connectionQueue = FindOrMake(key, limit);
        connectionQueue.Members.Bot = identity.BotId;
        return connectionQueue;
    }

    /// <summary>The queue in use for a token, also if it replaced another there; null if there is none.</summary>
    private ConnectionQueue? QueueOf(CredentialState state) =>
        _bindings.FirstOrDefault(pair => pair.Value.HasTokenOf(state) && !pair.Value.ConnectionQueue.IsRetired).Value?.ConnectionQueue
            ?? (IsInUse(state.Connection()) ? _queues[state.Connection()] : null);

    private bool IsInUse(ConnectionKey key) => _queues.TryGetValue(key, out var connectionQueue) && !connectionQueue.IsRetired;

    private ConnectionQueue FindOrMake(ConnectionKey key, PermitLimit limit)
    {
        if (!IsInUse(key))
        {
            var connectionQueue = new ConnectionQueue(_budgets(key, limit), _time, _options, _log);
            _queues[key] = connectionQueue;
            if (_slow)
            {
                connectionQueue.Budget.SlowDown();
            }

            if (_closed)
            {
                connectionQueue.Close();
            }
        }

        return _queues[key];
    }

    /// <summary>Gives a connection queue the limit that is right for all who use it.</summary>
    private void Change(ConnectionBinding binding)
    {
        var members = binding.ConnectionQueue.Members;
        members.Add(binding.Credential.Name, _options.Current.LimitOf(binding.Credential.Terms.Plan));
        binding.ConnectionQueue.Budget.Change(members.Limit);
        binding.ConnectionQueue.Reconsider();
    }

    private void ForEveryBinding(Action<ConnectionBinding> action)
    {
        lock (_gate)
        {
            foreach (var binding in _bindings.Values)
            {
                action(binding);
            }
        }
    }
}
