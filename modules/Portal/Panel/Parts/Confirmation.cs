namespace Vade.Portal;

/// <summary>What somebody is asked before it is done.</summary>
/// <param name="Title">What it does: "Cancel invoice A-17".</param>
/// <param name="Text">What will happen, and to how many, in a sentence or two.</param>
/// <param name="Action">Where the form is posted to.</param>
/// <param name="Button">The word on the button: the action again, not "OK".</param>
/// <param name="Back">Where who does not want it goes.</param>
/// <param name="IsDanger">It cannot be undone.</param>
/// <param name="Fields">Hidden fields that are sent with it.</param>
/// <param name="Facts">Name and value of what it concerns.</param>
public sealed record Confirmation(
    string Title,
    string Text,
    string Action,
    string Button,
    string Back,
    bool IsDanger = false,
    IReadOnlyList<(string Name, string Value)>? Fields = null,
    IReadOnlyList<(string Name, string Value)>? Facts = null);

/// <summary>How far a long piece of work is.</summary>
/// <param name="Url">The address of this fragment; asked again every second until it is done.</param>
/// <param name="Of">How much there is in all; null while nobody knows.</param>
public sealed record WorkProgress(string Url, string Text, long Done, long? Of, bool IsOver);
