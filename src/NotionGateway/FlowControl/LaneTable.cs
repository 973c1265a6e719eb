using System.Collections.Concurrent;
using NotionGateway.Credentials;

namespace NotionGateway.FlowControl;

/// <summary>
/// Which lane a credential's requests take. Notion counts by connection, so credentials of one bot share a lane; until the
/// bot is known, a token has a lane to itself. A token that replaces another stays in its lane until it proves to be somebody else's.
/// </summary>
internal sealed class LaneTable
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<CredentialName, LaneBinding> _bindings = new();
    private readonly Dictionary<LaneKey, Lane> _lanes = [];
    private readonly Dictionary<string, TimeSpan> _pausedWorkspaces = new(StringComparer.Ordinal);
    private readonly Live<FlowControlOptions> _options;
    private readonly MonotonicClock _clock;
    private readonly ILogger<LaneTable> _log;
    private bool _slow;
    private bool _closed;

    public LaneTable(Live<FlowControlOptions> options, AdmissionSignal admissions, MonotonicClock clock, ILogger<LaneTable> log)
    {
        (_options, _clock, _log) = (options, clock, log);
        options.Changed += _ => ForEveryBinding(Change);
        admissions.Changed += () => ForEveryBinding(static binding => binding.Lane.Recheck());
    }

    /// <summary>Every credential that has been used of late, with its lane.</summary>
    public IEnumerable<LaneBinding> Bindings => _bindings.Values;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _lanes.Values.Distinct().Count();
            }
        }
    }

    public Lane For(Credential credential)
    {
        var state = credential.State;
        return _bindings.TryGetValue(credential.Name, out var binding) && binding.IsFor(credential, state) && !binding.Lane.IsRetired
            ? binding.Lane
            : Bind(credential, state);
    }

    /// <summary>Pauses every credential of the workspace, those included that come into use during the pause.</summary>
    public bool PauseWorkspace(string workspace, TimeSpan until)
    {
        lock (_gate)
        {
            var before = _pausedWorkspaces.GetValueOrDefault(workspace);
            var isNew = before <= _clock.Now;
            _pausedWorkspaces[workspace] = MonotonicClock.Later(before, until);
            foreach (var binding in _bindings.Values.Where(binding => binding.Credential.Workspace == workspace))
            {
                binding.Lane.Pause(new Cooldown(LimitLevel.Workspace, until), operation: null);
            }

            return isNew;
        }
    }

    /// <summary>Half the rate from now on: the program is leaving, and the one that follows has begun.</summary>
    public void SlowDown()
    {
        _slow = true;
        ForEveryBinding(binding => binding.Lane.Budget.SlowDown());
    }

    /// <summary>The program can wait no longer: whoever still has no turn is told so.</summary>
    public void Close()
    {
        _closed = true;
        ForEveryBinding(binding => binding.Lane.Close());
    }

    /// <summary>Forgets the lanes that nothing is to be remembered of.</summary>
    public void Sweep()
    {
        lock (_gate)
        {
            foreach (var (key, lane) in _lanes.Where(pair => pair.Value.TryRetire()).ToList())
            {
                _lanes.Remove(key);
                foreach (var name in lane.Members.Names)
                {
                    _bindings.TryRemove(name, out _);
                }
            }

            foreach (var (workspace, _) in _pausedWorkspaces.Where(pair => pair.Value <= _clock.Now).ToList())
            {
                _pausedWorkspaces.Remove(workspace);
            }
        }
    }

    private Lane Bind(Credential credential, CredentialState state)
    {
        lock (_gate)
        {
            var before = _bindings.TryGetValue(credential.Name, out var known) && !known.Lane.IsRetired ? known.Lane : null;
            var lane = Choose(state, before, _options.Current.LimitOf(credential.Options.Plan));
            if (before is not null && before != lane)
            {
                before.Members.Remove(credential.Name);
                before.HandOver(lane, credential.Name);
            }

            var binding = new LaneBinding(credential, state, lane);
            _bindings[credential.Name] = binding;
            credential.Rejected -= Recheck;
            credential.Rejected += Recheck;
            if (before != lane && lane.Members.Count > 0)
            {
                _log.SharedLane(credential.Name, string.Join(", ", lane.Members.Names));
            }

            Change(binding);
            if (credential.Workspace is { } workspace && _pausedWorkspaces.TryGetValue(workspace, out var until) && until > _clock.Now)
            {
                lane.Pause(new Cooldown(LimitLevel.Workspace, until), operation: null);
            }

            return lane;
        }
    }

    private void Recheck(Credential credential)
    {
        lock (_gate)
        {
            _bindings.GetValueOrDefault(credential.Name)?.Lane.Recheck();
        }
    }

    private Lane Choose(CredentialState state, Lane? before, TurnLimit limit)
    {
        if (state.Identity is not { } identity)
        {
            return before ?? FindOrMake(LaneKey.OfToken(state.Token!.Fingerprint), limit);
        }

        var key = LaneKey.OfBot(identity.BotId);
        if (before is { Members.Bot: null } && !IsInUse(key))
        {
            _lanes[key] = before;
        }

        var lane = FindOrMake(key, limit);
        lane.Members.Bot = identity.BotId;
        return lane;
    }

    private bool IsInUse(LaneKey key) => _lanes.TryGetValue(key, out var lane) && !lane.IsRetired;

    private Lane FindOrMake(LaneKey key, TurnLimit limit)
    {
        if (!IsInUse(key))
        {
            var lane = new Lane(new LocalTurnBudget(limit, _clock), _clock, _options, _log);
            _lanes[key] = lane;
            if (_slow)
            {
                lane.Budget.SlowDown();
            }

            if (_closed)
            {
                lane.Close();
            }
        }

        return _lanes[key];
    }

    /// <summary>Gives a lane the limit that is right for all who use it.</summary>
    private void Change(LaneBinding binding)
    {
        var members = binding.Lane.Members;
        members.Add(binding.Credential.Name, _options.Current.LimitOf(binding.Credential.Options.Plan));
        binding.Lane.Budget.Change(members.Limit);
        binding.Lane.Reconsider();
    }

    private void ForEveryBinding(Action<LaneBinding> action)
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

/// <summary>Which lane a credential uses, and what was known of the credential when that was decided.</summary>
internal sealed class LaneBinding(Credential credential, CredentialState state, Lane lane)
{
    private CredentialState _state = state;

    public Credential Credential => credential;

    public Lane Lane => lane;

    /// <summary>Whether nothing has changed that the choice of a lane depends on.</summary>
    public bool IsFor(Credential now, CredentialState state)
    {
        if (ReferenceEquals(_state, state) && ReferenceEquals(credential, now))
        {
            return true;
        }

        if (!ReferenceEquals(credential, now) || state.Identity != _state.Identity || !Equals(state.Token, _state.Token))
        {
            return false;
        }

        _state = state;
        return true;
    }
}
