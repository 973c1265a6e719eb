using NotionSandbox.Ids;
using NotionSandbox.Workspaces;

namespace NotionSandbox.OAuth;

/// <summary>Everyone who may consent: the people of the workspaces that the consent page offers.</summary>
internal sealed class Consenters(WorkspaceDirectory workspaces, IEnumerable<string> offered, IdMint ids)
{
    private readonly Lock _gate = new();
    private readonly List<string> _offered = [.. offered];

    /// <summary>In the order of the page. A workspace is opened when it is first looked at, so that others get their usual numbers.</summary>
    public IReadOnlyList<Consenter> All => [.. Offered().Select(workspaces.Open).SelectMany(PeopleOf)];

    /// <summary>The first that fits, or the first of all when nothing is given. A workspace that is not offered yet is offered from now on.</summary>
    /// <param name="person">A name, an e-mail address or an id.</param>
    /// <param name="workspace">The name of a workspace.</param>
    public Consenter Find(string? person = null, string? workspace = null)
    {
        if (workspace is not null)
        {
            Offer(workspace);
        }

        var choices = Offered().Where(name => workspace is null || name == workspace).Select(workspaces.Open).SelectMany(PeopleOf);
        return choices.FirstOrDefault(choice => person is null || choice.Person.Name == person || choice.Person.Email == person || choice.Person.Id == person)
            ?? throw new KeyNotFoundException($"There is nobody called '{person}' in {workspace ?? "any workspace"}.");
    }

    public Consenter? FindKey(string? key) => All.FirstOrDefault(choice => choice.Key == key);

    /// <summary>Adds a member to a workspace, until content is put back to what it was in the beginning.</summary>
    public Consenter AddPerson(string workspace, string name, string email)
    {
        Offer(workspace);
        var added = new Consenter(new Person(ids.Next(), name, email), workspaces.Open(workspace));
        lock (added.Workspace.Gate)
        {
            added.Workspace.People.Add(added.Person);
        }

        return added;
    }

    private void Offer(string workspace)
    {
        lock (_gate)
        {
            if (!_offered.Contains(workspace))
            {
                _offered.Add(workspace);
            }
        }
    }

    private string[] Offered()
    {
        lock (_gate)
        {
            return [.. _offered];
        }
    }

    private static Consenter[] PeopleOf(Workspace workspace)
    {
        lock (workspace.Gate)
        {
            return [.. workspace.People.Select(person => new Consenter(person, workspace))];
        }
    }
}
