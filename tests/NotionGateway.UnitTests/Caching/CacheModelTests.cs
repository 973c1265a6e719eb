using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using CsCheck;
using NotionGateway.Access.Targets;
using NotionGateway.Bodies;
using NotionGateway.Caching;
using NotionGateway.Caching.Store;
using NotionGateway.Caching.Tags;
using NotionGateway.Credentials;
using NotionGateway.Notion;
using NotionGateway.Settings;
using NotionGateway.TestKit;
using NotionGateway.Webhooks.Events;

namespace NotionGateway.UnitTests.Caching;

/// <summary>
/// Random reads, writes, lost writes, changes by others whose events are late, lost or doubled, and steps of the clock, against an oracle that knows the
/// truth: no answer is older than its reader allows, none belongs to another connection, and none is older than a write that has ended or
/// an event that has come.
/// </summary>
public sealed class CacheModelTests
{
    private static readonly Gen<Step[]> Steps = Gen.Select(Gen.Int[0, 21], Gen.Int[0, 2], Gen.Int[0, 5], Gen.Int[0, 7])
        .Select((kind, connection, what, amount) => new Step(kind, connection, what, amount)).Array[20, 200];

    [Fact]
    public void No_answer_is_older_than_its_reader_allows_or_than_a_write_that_has_ended() =>
        Steps.Sample(steps => new World().Run(steps), iter: 3000, seed: "0000000000001", threads: 1);

    [Fact]
    public void Some_answers_come_from_memory()
    {
        var hits = 0;
        Steps.Sample(steps => { hits += new World().Run(steps); }, iter: 300, seed: "0000000000001", threads: 1);
        Assert.True(hits > 300, $"Only {hits} answers came from memory.");
    }

    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Step(int Kind, int Connection, int What, int Amount);

    /// <summary>One Notion with two workspaces, whose objects have versions that only grow; the last connection belongs to the second workspace.</summary>
    private sealed class World
    {
        private const int Pages = 2;
        private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(60);
        private static readonly TimeSpan TtlWithEvents = TimeSpan.FromSeconds(300);
        private static readonly CachePolicy Policy =
            new() { Ttl = Ttl, TtlWithEvents = TtlWithEvents, Operations = null, SignedUrlReserve = TimeSpan.FromMinutes(30) };
        private static readonly CredentialState[] States =
        [
            State("bot-1", "workspace-1"), State("bot-2", "workspace-1"), State("bot-3", "workspace-2"),
        ];

        private readonly TwoClocks _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        private readonly ResponseCache _cache;
        private readonly EventWatch _watch;
        private readonly List<(int Workspace, int Page, int[] Seen)> _events = [];
        private readonly TimeSpan?[] _heardSince = new TimeSpan?[2];
        private readonly int[,] _versions = new int[2, Pages];
        private readonly List<(TimeSpan At, int Workspace, int Page)> _changes = [];
        private readonly List<(int Connection, int What, int Value, (Moment, DateTimeOffset) Asked)> _reading = [];
        private readonly List<(int Connection, int Page, OpenWrite Write, bool Applied)> _writing = [];
        private readonly List<(TimeSpan Until, int Workspace, int Page)> _lost = [];
        private readonly Dictionary<(int Workspace, int What), int> _mustSee = [];
        private int _hits;

        public World()
        {
            _time.Advance(TimeSpan.FromDays(1));
            var options = new Reloadable<CachingOptions>(new CachingOptions
            {
                Coalesce = Coalescing.Queued,
                MaxEntryBytes = 1000,
                MaxBytes = 1_000_000,
                PerReplica = false,
                Policies = new Dictionary<string, CachePolicy> { ["p"] = Policy },
            });
            var store = new CacheStore(options, new BodyBudget(new LimitsOptions { MaxBufferedBytes = 10_000_000, MaxConnections = 1 }, () => []));
            var meters = new TestMeters();
            _watch = new EventWatch(_time);
            _cache = new ResponseCache(store, new TagBook(_time), _watch, new CachingMetrics(meters, store), options, _time);
        }

        public int Run(Step[] steps)
        {
            foreach (var step in steps)
            {
                Take(step);
            }

            return _hits;
        }

        private static int WorkspaceOf(int connection) => connection < 2 ? 0 : 1;

        private static CredentialState State(string bot, string workspace) => new()
        {
            Token = Some.Token(),
            Identity = new NotionIdentity(bot, workspace),
        };

        private void Take(Step step)
        {
            switch (step.Kind)
            {
                case < 7:
                    Look(step.Connection, step.What);
                    break;
                case < 12:
                    EndRead(step.Amount);
                    break;
                case 12:
                    BeginWrite(step.Connection, step.What % Pages, appliesAtOnce: step.Amount % 2 == 0);
                    break;
                case 13 or 14:
                    EndWrite(step.Amount, isLost: false);
                    break;
                case 15:
                    EndWrite(step.Amount, isLost: step.What == 0);
                    break;
                case 16:
                    ChangeElsewhere(WorkspaceOf(step.Connection), step.What % Pages, isLost: step.Amount == 0, isDoubled: step.Amount == 1);
                    break;
                case 20 or 21:
                    Hear(step.Amount, isAfterGap: step.What == 0);
                    break;
                case 17 or 18:
                    Pass(TimeSpan.FromSeconds(step.Kind == 17 ? step.Amount : step.Amount * step.Amount));
                    break;
                default:
                    // The wall clock is set, in either direction; the other one goes on.
                    _time.SetWallClock(TimeSpan.FromSeconds(30 * (step.What - 2)));
                    break;
            }
        }

        /// <summary>Asks the cache, and Notion if it has nothing; Notion's answer comes later.</summary>
        private void Look(int connection, int what)
        {
            if (_cache.Find(States[connection], Use(what), out _) is { } stored)
            {
                _hits++;
                var value = int.Parse(Encoding.UTF8.GetString(stored.Response.Body.Span)[5..^1], CultureInfo.InvariantCulture);
                stored.Response.Release();
                Check(connection, what, value);
            }
            else
            {
                _reading.Add((connection, what, Value(WorkspaceOf(connection), what, Lag(what)), _cache.Now));
            }
        }

        private void Check(int connection, int what, int value)
        {
            var workspace = WorkspaceOf(connection);

            // What changed in the very moment at which it was asked for, it need not have.
            var heardFor = _heardSince[workspace] is { } since ? _time.Monotonic() - since : TimeSpan.Zero;
            var allowed = MonotonicTime.Later(Ttl, heardFor < TtlWithEvents ? heardFor : TtlWithEvents);
            var least = Value(workspace, what, allowed + Lag(what) + TimeSpan.FromTicks(1));
            Assert.True(value >= least, $"A reader got version {value} of {what}, and {least} is what it allows.");
            Assert.True(value <= Value(workspace, what, TimeSpan.Zero), $"A reader got version {value} of {what}, which its workspace has not had.");
            var seen = _mustSee.GetValueOrDefault((workspace, what));
            Assert.True(value >= seen, $"A reader got version {value} of {what} after a write had ended that made it {seen}.");
            Assert.DoesNotContain(_lost, lost => lost.Workspace == workspace && lost.Until > _time.Monotonic());
            Assert.DoesNotContain(_writing, open => WorkspaceOf(open.Connection) == workspace && what < Pages && open.Page == what);
        }

        /// <summary>Somebody else changes a page; Notion tells of it later, once, twice or never.</summary>
        private void ChangeElsewhere(int workspace, int page, bool isLost, bool isDoubled)
        {
            Apply(workspace, page);
            var seen = CoveredBy(page).Select(what => Value(workspace, what, TimeSpan.Zero)).ToArray();
            for (var copies = isLost ? 0 : isDoubled ? 2 : 1; copies > 0; copies--)
            {
                _events.Add((workspace, page, seen));
            }
        }

        /// <summary>An event comes, in any order: from now on nobody sees what was before it.</summary>
        private void Hear(int which, bool isAfterGap)
        {
            if (_events.Count == 0)
            {
                return;
            }

            var told = _events[which % _events.Count];
            _events.Remove(told);
            var workspace = $"workspace-{(told.Workspace + 1).ToString(CultureInfo.InvariantCulture)}";
            var body = $$$"""
                {"id":"e","type":"page.properties_updated","workspace_id":"{{{workspace}}}","entity":{"id":"{{{IdOf(told.Page)}}}"},
                "data":{"parent":{"type":"database","id":"e","data_source_id":"d"} } }
                """;
            _cache.ChangedElsewhere(EventTags.Of(WebhookEvent.Read(Encoding.UTF8.GetBytes(body))!)!);
            _watch.Heard(new Tag(TagKind.Workspace, Tag.IdOf(workspace)), TimeSpan.Zero, isAfterGap);
            _heardSince[told.Workspace] = isAfterGap ? _time.Monotonic() : _heardSince[told.Workspace] ?? _time.Monotonic();
            foreach (var (what, value) in CoveredBy(told.Page).Zip(told.Seen))
            {
                _mustSee[(told.Workspace, what)] = Math.Max(value, _mustSee.GetValueOrDefault((told.Workspace, what)));
            }
        }

        private static int[] CoveredBy(int page) => [page, Pages, Pages + 1, Pages + 2 + page];

        private void EndRead(int which)
        {
            if (_reading.Count == 0)
            {
                return;
            }

            var read = _reading[which % _reading.Count];
            _reading.Remove(read);
            var body = Encoding.UTF8.GetBytes($$"""{"v":{{read.Value}}}""");
            var response = new WholeResponse(200, [new("Content-Type", "application/json")], body, () => { });
            var (operation, target) = Request(read.What);
            _cache.TryStore(States[read.Connection], Use(read.What), operation, target, read.Asked, response);
            response.Release();
        }

        private void BeginWrite(int connection, int page, bool appliesAtOnce)
        {
            var write = _cache.Begin(States[connection], Some.Operation("pages.update"), new RequestTarget($"/v1/pages/{IdOf(page)}"), "{}"u8);
            if (appliesAtOnce)
            {
                Apply(WorkspaceOf(connection), page);
            }

            _writing.Add((connection, page, write, appliesAtOnce));
        }

        private void EndWrite(int which, bool isLost)
        {
            if (_writing.Count == 0)
            {
                return;
            }

            var open = _writing[which % _writing.Count];
            _writing.Remove(open);
            var workspace = WorkspaceOf(open.Connection);
            if (isLost)
            {
                // It is applied at some time before its minute is over, if it was not yet.
                open.Write.EndAnywhere(ResponseCache.UnknownEnd);
                _lost.Add((_time.Monotonic() + ResponseCache.UnknownEnd, workspace, open.Applied ? -1 : open.Page));
                return;
            }

            if (!open.Applied)
            {
                Apply(workspace, open.Page);
            }

            open.Write.End(200, "{\"parent\":{\"data_source_id\":\"d\",\"database_id\":\"e\"}}"u8);
            foreach (var what in CoveredBy(open.Page))
            {
                _mustSee[(workspace, what)] = Value(workspace, what, TimeSpan.Zero);
            }
        }

        private void Apply(int workspace, int page)
        {
            _versions[workspace, page]++;
            _changes.Add((_time.Monotonic(), workspace, page));
        }

        private void Pass(TimeSpan time)
        {
            for (; time > TimeSpan.Zero; time -= TimeSpan.FromSeconds(1))
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                foreach (var lost in _lost.Where(lost => lost.Page >= 0 && lost.Until - TimeSpan.FromSeconds(1) <= _time.Monotonic()).ToList())
                {
                    Apply(lost.Workspace, lost.Page);
                    _lost[_lost.IndexOf(lost)] = lost with { Page = -1 };
                    _mustSee[(lost.Workspace, lost.Page)] = Value(lost.Workspace, lost.Page, TimeSpan.Zero);
                }
            }
        }

        /// <summary>The index is behind by up to its rest.</summary>
        private static TimeSpan Lag(int what) => what is Pages or Pages + 1 ? TagBook.IndexRest - TimeSpan.FromMilliseconds(1) : TimeSpan.Zero;

        /// <summary>What a read showed so long ago: the versions of all pages that it covers together.</summary>
        private int Value(int workspace, int what, TimeSpan ago)
        {
            var then = _time.Monotonic() - ago;
            return _changes.Count(change => change.Workspace == workspace && change.At <= then && Covers(what, change.Page));
        }

        /// <summary>Two pages, the query of their data source, the search, and the Markdown of the pages.</summary>
        private static bool Covers(int what, int page) => what < Pages ? what == page : what < Pages + 2 || what - Pages - 2 == page;

        private static CacheUse Use(int what) => new(Policy, CacheKey.Of([], what.ToString(CultureInfo.InvariantCulture)), default);

        private static (NotionOperation Operation, RequestTarget Target) Request(int what) => what switch
        {
            < Pages => (Some.Operation("pages.retrieve"), new RequestTarget($"/v1/pages/{IdOf(what)}")),
            Pages => (Some.Operation("data_sources.query"), new RequestTarget("/v1/data_sources/d/query")),
            Pages + 1 => (Some.Operation("search"), new RequestTarget("/v1/search")),
            _ => (Some.Operation("pages.markdown.retrieve"), new RequestTarget($"/v1/pages/{IdOf(what - Pages - 2)}/markdown")),
        };

        private static string IdOf(int page) => $"0f0f0f0f-1111-4222-8333-44444444444{page.ToString(CultureInfo.InvariantCulture)}";
    }
}
